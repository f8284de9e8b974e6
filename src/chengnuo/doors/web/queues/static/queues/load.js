// The load by hour: the numbers of the table, drawn. Colours are those of the page.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("load-data").textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];
  function draw() {
    for (const chart of charts.splice(0)) chart.dispose();
    for (const place of document.querySelectorAll("[data-load]")) {
      const { title, hours, numbers } = data[place.dataset.load];
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption({
        animation: false,
        aria: { enabled: false },
        grid: { left: 44, right: 12, top: 16, bottom: 30 },
        tooltip: { trigger: "axis", renderMode: "richText" },
        textStyle: { fontFamily: "inherit" },
        xAxis: {
          type: "category",
          data: hours,
          axisLabel: { color: colour("--cn-muted") },
          axisLine: { lineStyle: { color: colour("--cn-edge") } },
        },
        yAxis: {
          type: "value",
          minInterval: place.dataset.load === "due" ? 1 : 0,
          axisLabel: { color: colour("--cn-muted") },
          splitLine: { lineStyle: { color: colour("--cn-line") } },
        },
        series: [
          {
            name: title,
            type: "bar",
            data: numbers,
            itemStyle: { color: colour("--cn-accent") },
            barCategoryGap: "25%",
          },
        ],
      });
      charts.push(chart);
    }
  }
  draw();
  onNewWidth(() => charts.forEach((chart) => chart.resize()));
  new MutationObserver(draw).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-bs-theme"],
  });
})();
