import { init, type EChartsOption, type LineSeriesOption } from 'echarts';
import type { Results } from '../results';

/** How a chart looks on a page of that colour. */
export type Theme = 'light' | 'dark';

const WIDTH = 920;
const HEIGHT = 400;
/** Without quotes: the library writes it into an attribute as it is. */
const FONT = 'system-ui, Helvetica, Arial, sans-serif';
const PLOT = { top: 72, bottom: 36 };

/** Readable on white and on nearly black: ours stands out, the others have hues of their own. */
const COLOURS: Readonly<
  Record<
    Theme,
    { readonly text: string; readonly faint: string; readonly ours: string; readonly others: readonly string[] }
  >
> = {
  light: {
    text: '#24292f',
    faint: '#d0d7de',
    ours: '#cf222e',
    others: ['#57606a', '#0969da', '#8250df', '#1a7f37', '#9a6700', '#bc4c00', '#1b7c83', '#bf3989'],
  },
  dark: {
    text: '#e6edf3',
    faint: '#30363d',
    ours: '#ff7b72',
    others: ['#8b949e', '#58a6ff', '#bc8cff', '#3fb950', '#d29922', '#f0883e', '#39c5cf', '#f778ba'],
  },
};

/** Sizes along the axis, in kilobytes; both axes of the left panel are logarithmic. */
const SIZES: readonly (readonly [cell: string, kilobytes: number])[] = [
  ['1K', 1],
  ['5K', 5],
  ['10K', 10],
  ['20K', 20],
  ['100K', 100],
  ['1M', 1_000],
];
const OURS = 'pixl-ipc';
/** Not in the picture: the same code under another API, and what is no way to send messages. */
const LEFT_OUT = ['pixl-ipc-original-api', 'raw-net'];
const PIPELINED_CELL = 'small × 256';

interface Drawn {
  readonly name: string;
  readonly title: string;
  readonly colour: string;
}

/**
 * An SVG of a run: how long a round trip takes by size, and how many requests pass in a second. The background is
 * transparent.
 *
 * @throws Error if the run lacks the scenario serial or pipelined, or the system pixl-ipc
 */
export function chartSvg(results: Results, theme: Theme): string {
  const drawn = drawnSystems(results, theme);
  const lines = drawn.map((system) => line(results, system));
  const bars = drawn
    .map((system) => ({ ...system, perSecond: perSecond(results, system.name) }))
    .filter(({ perSecond: value }) => !Number.isNaN(value))
    .sort((a, b) => a.perSecond - b.perSecond);
  if (bars.length === 0 || !drawn.some(({ name }) => name === OURS)) {
    throw new Error('the chart needs the scenarios serial and pipelined and the system pixl-ipc');
  }
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption(options(lines, bars, theme));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

function drawnSystems({ systems }: Results, theme: Theme): Drawn[] {
  const { ours, others } = COLOURS[theme];
  const shown = systems.filter(({ name, floor }) => floor === 'floor' && !LEFT_OUT.includes(name));
  const peers = shown.filter(({ name }) => name !== OURS);
  return shown.map(({ name, title }) => {
    const colour =
      name === OURS ? ours : (others[peers.findIndex((peer) => peer.name === name) % others.length] ?? ours);
    return { name, title, colour };
  });
}

function line({ cells }: Results, { name, title, colour }: Drawn): LineSeriesOption {
  const data = SIZES.flatMap(([cell, kilobytes]) => {
    const result = cells.find((one) => one.scenario === 'serial' && one.system === name && one.cell === cell);
    return result ? [[kilobytes, result.figures.p50 / 1_000]] : [];
  });
  const isOurs = name === OURS;
  return {
    type: 'line',
    // An image has no pointer.
    silent: true,
    name: title,
    data,
    z: isOurs ? 3 : 2,
    color: colour,
    symbol: 'circle',
    symbolSize: isOurs ? 7 : 5,
    lineStyle: { width: isOurs ? 3 : 1.5 },
    endLabel: {
      show: true,
      formatter: title,
      color: colour,
      fontFamily: FONT,
      fontSize: 12,
      fontWeight: isOurs ? 'bold' : 'normal',
    },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}

function perSecond({ cells }: Results, name: string): number {
  return (
    cells.find((one) => one.scenario === 'pipelined' && one.system === name && one.cell === PIPELINED_CELL)?.figures
      .perSecond ?? NaN
  );
}

function options(
  lines: LineSeriesOption[],
  bars: readonly (Drawn & { readonly perSecond: number })[],
  theme: Theme,
): EChartsOption {
  const { text, faint } = COLOURS[theme];
  const label = { color: text, fontFamily: FONT, fontSize: 12 };
  const title = { textStyle: { ...label, fontSize: 14 }, subtextStyle: label, itemGap: 4, top: 12 };
  const axis = {
    axisLabel: label,
    nameTextStyle: label,
    axisLine: { lineStyle: { color: faint } },
    axisTick: { show: false },
  };
  const splitLine = { lineStyle: { color: faint, width: 0.6 } };
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT },
    title: [
      { ...title, text: 'Round trip by size of the message', subtext: 'ms, median; less is better', left: 14 },
      { ...title, text: 'Requests in a second', subtext: 'thousands, 256 in flight; more is better', left: 566 },
    ],
    grid: [
      { ...PLOT, left: 56, width: 330 },
      { ...PLOT, left: 686, right: 48 },
    ],
    xAxis: [
      {
        ...axis,
        type: 'log',
        min: 1,
        max: 1_000,
        splitLine,
        axisLabel: { ...label, formatter: (kilobytes: number) => (kilobytes < 1_000 ? `${kilobytes} KB` : '1 MB') },
      },
      {
        ...axis,
        gridIndex: 1,
        type: 'value',
        splitLine,
        axisLabel: { ...label, formatter: (value: number) => String(value) },
      },
    ],
    yAxis: [
      {
        ...axis,
        type: 'log',
        max: 'dataMax',
        splitLine,
        axisLabel: { ...label, showMaxLabel: false, formatter: (value: number) => String(value) },
      },
      {
        ...axis,
        gridIndex: 1,
        type: 'category',
        data: bars.map((bar) => bar.title),
        axisLabel: {
          ...label,
          color: (_, index) => bars[index ?? 0]?.colour ?? text,
        },
      },
    ],
    series: [
      ...lines,
      {
        type: 'bar',
        silent: true,
        xAxisIndex: 1,
        yAxisIndex: 1,
        barWidth: '62%',
        data: bars.map((bar) => ({
          value: bar.perSecond / 1_000,
          itemStyle: { color: bar.colour, borderRadius: [0, 3, 3, 0] },
        })),
        label: {
          ...label,
          show: true,
          position: 'right',
          formatter: ({ value }) => (Number(value) >= 10 ? Number(value).toFixed(0) : Number(value).toFixed(1)),
        },
      },
    ],
  };
}
