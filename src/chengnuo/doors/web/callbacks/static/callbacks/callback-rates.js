// The rates of the table, drawn. Colours are those of the page; each series has its own pattern.
"use strict";
(() => {
  const told = document.getElementById("rates-data");
  const place = document.querySelector("[data-rates]");
  if (!told || !place) return;
  const data = JSON.parse(told.textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const signs = [
    { symbol: "none" },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -0.7 },
    { symbol: "circle", symbolSize: 0.7 },
  ];
  let chart;
  function draw() {
    chart?.dispose();
    chart = echarts.init(place, null, { renderer: "svg" });
    const paints = ["--cn-accent", "--cn-warn", "--cn-good"].map(colour);
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: signs } },
      grid: { left: 44, right: 12, top: 34, bottom: 30 },
      legend: { top: 0, textStyle: { color: colour("--cn-ink") } },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (n) => (n == null ? "—" : `${n} %`) },
      textStyle: { fontFamily: "inherit" },
      xAxis: {
        type: "category",
        data: data.names,
        axisLabel: { color: colour("--cn-muted"), interval: 0, overflow: "truncate", width: 110 },
        axisLine: { lineStyle: { color: colour("--cn-edge") } },
      },
      yAxis: {
        type: "value",
        max: 100,
        axisLabel: { color: colour("--cn-muted"), formatter: "{value} %" },
        splitLine: { lineStyle: { color: colour("--cn-line") } },
      },
      series: data.series.map(([name, numbers], n) => ({
        name,
        type: "bar",
        data: numbers,
        itemStyle: { color: paints[n] },
        barMaxWidth: 34,
      })),
    });
  }
  draw();
  onNewWidth(() => chart.resize());
  new MutationObserver(draw).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-bs-theme"],
  });
})();
