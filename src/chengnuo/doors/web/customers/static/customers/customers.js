// Charts of the archive. The numbers stand in the table below each picture.
"use strict";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(data) {
  const ink = colour("--cn-muted");
  const many = data.series.length > 1;
  return {
    animation: false,
    color: ["--cn-accent", "--cn-warn", "--cn-bad", "--cn-good", "--cn-blue", "--cn-edge"].map(colour),
    textStyle: { color: ink, fontFamily: "inherit" },
    tooltip: { trigger: "axis" },
    legend: many ? { top: 0, textStyle: { color: ink } } : undefined,
    grid: { left: 8, right: 8, top: many ? 32 : 12, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.lines, axisLabel: { color: ink, hideOverlap: true } },
    yAxis: {
      type: "value",
      minInterval: 1,
      axisLabel: { color: ink },
      splitLine: { lineStyle: { color: colour("--cn-line") } },
    },
    series: data.series.map((one) => ({
      name: one.name,
      type: "bar",
      data: one.values,
      barMaxWidth: 28,
      stack: data.stacked ? "all" : undefined,
    })),
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(options(data));
  onNewWidth(() => chart.resize());
  new MutationObserver(() => chart.setOption(options(data))).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-bs-theme"],
  });
}
