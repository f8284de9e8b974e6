// The pictures of the overview. Their numbers stand in the tables beside them.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("overview-data").textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--cn-${name}`).trim();
  const charts = [];

  function options({ across, names, series }) {
    const ink = { color: colour("muted") };
    const things = {
      type: "category",
      data: names,
      inverse: across,
      axisLabel: { ...ink, hideOverlap: !across },
      axisLine: { lineStyle: { color: colour("edge") } },
    };
    const numbers = {
      type: "value",
      minInterval: 1,
      axisLabel: ink,
      splitLine: { lineStyle: { color: colour("line") } },
    };
    return {
      animation: false,
      textStyle: { fontFamily: "inherit" },
      legend: { top: 0, textStyle: ink },
      tooltip: { trigger: "axis", renderMode: "richText" },
      grid: { left: 8, right: 24, top: 34, bottom: 4, containLabel: true },
      xAxis: across ? numbers : things,
      yAxis: across ? things : numbers,
      series: series.map((one) => ({
        name: one.name,
        type: "bar",
        data: one.values,
        stack: across ? "all" : undefined,
        barMaxWidth: 22,
        itemStyle: {
          color: colour(one.tone),
          decal:
            one.tone === "bad"
              ? {
                  symbol: "rect",
                  dashArrayX: [1, 0],
                  dashArrayY: [2, 4],
                  rotation: -Math.PI / 4,
                  color: colour("paper"),
                }
              : undefined,
        },
      })),
    };
  }

  function draw() {
    for (const chart of charts.splice(0)) chart.dispose();
    for (const place of document.querySelectorAll("[data-picture]")) {
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption(options(data[place.dataset.picture]));
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
