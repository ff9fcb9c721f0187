import type { ComponentType, JSX } from 'preact';
import { Answer } from '../components/Answer.tsx';
import { Battery } from '../components/Battery.tsx';
import { LifeAxis } from '../components/LifeAxis.tsx';
import { LifeBar } from '../components/LifeBar.tsx';
import { ReceptionStrip } from '../components/ReceptionStrip.tsx';
import { Spark } from '../components/Spark.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { axisMarks } from '../lifeAxis.ts';
import { reception } from '../reception.ts';
import type { ShownLife } from '../shownLife.ts';
import { format } from '../state.ts';
import { aNode, hourMs, iso, now } from './builders.ts';
import { aLife, batches } from './galleryData.ts';
import { type Story, states } from './story.ts';

const horizonH = 48;

function bar(life: Partial<ShownLife>, arrival?: { inH: number; needH: number | null }): ComponentType {
  return () => (
    <LifeBar
      name="Takwa pagi"
      life={aLife(life)}
      horizonH={horizonH}
      gridH={axisMarks(now, horizonH, format.value).map(mark => mark.atH)}
      arrival={arrival}
      format={format.value}
    />
  );
}

const axis =
  (hours: number): ComponentType =>
  (): JSX.Element => <LifeAxis marks={axisMarks(now, hours, format.value)} horizonH={hours} />;

/** The last day of three sensors, in half hours. */
const heard: Readonly<Record<string, string>> = {
  whole: '1'.repeat(48),
  gaps: `${'1'.repeat(20)}0000${'1'.repeat(12)}00${'1'.repeat(10)}`,
  nothing: '0'.repeat(48),
};

const strip = (nodeId: string) => () => <ReceptionStrip node={aNode({ nodeId, lastReading: null })} />;

export const barStories: readonly Story[] = [
  {
    name: 'status-pill',
    states: states({
      fresh: () => <StatusPill status="fresh" />,
      soon: () => <StatusPill status="soon" />,
      risk: () => <StatusPill status="risk" />,
      none: () => <StatusPill status="none" />,
    }),
  },
  {
    name: 'life-bar',
    states: states({
      fresh: bar({}),
      soon: bar({ status: 'soon', loH: 4, medianH: 7, hiH: 12 }),
      risk: bar({ status: 'risk', say: 'maybe-past', loH: 0, medianH: 3, hiH: 7 }),
      none: bar({ status: 'none', say: 'unknown', loH: 0 }),
      past: bar({ status: 'risk', say: 'past', loH: 0, medianH: 0, hiH: 0 }),
      'no sensor': bar({ status: 'none', noSensor: true }),
      'over the edge': bar({ loH: 30, medianH: 45, hiH: 70 }),
      'fills the axis': bar({ loH: 60, medianH: 80, hiH: 110 }),
      'arrives with enough': bar({ loH: 36, medianH: 40, hiH: 46 }, { inH: 6, needH: 24 }),
      'arrives with too little': bar(
        { status: 'risk', loH: 14, medianH: 20, hiH: 28 },
        { inH: 6, needH: 24 },
      ),
      'arrival, nothing known': bar({ status: 'none', say: 'unknown' }, { inH: 6, needH: 24 }),
    }),
  },
  {
    name: 'life-axis',
    states: states({
      '8 h': axis(8),
      '24 h': axis(24),
      '2 days': axis(48),
      '8 days': axis(192),
      '32 days': axis(768),
    }),
  },
  {
    name: 'answer',
    states: Object.entries(batches).map(([name, batch]) => ({
      name,
      draw: () => <Answer batch={batch} now={now} format={format.value} />,
    })),
  },
  {
    name: 'spark',
    states: states({
      cold: () => <Spark values={[5, 5.2, 5.1, 6, 5.5]} limit={8} />,
      warm: () => <Spark values={[5, 9, 14, 22, 31]} limit={8} />,
      gaps: () => <Spark values={[5, null, 7, null, null, 6, 6.4]} limit={8} />,
      nothing: () => <Spark values={[]} limit={8} />,
    }),
  },
  {
    name: 'reception-strip',
    setUp: () => {
      reception.value = {
        ...{ from: iso(now - 24 * hourMs), to: iso(now) },
        nodes: Object.entries(heard).map(([nodeId, cells]) => ({ nodeId, cells, batteryDaysLeft: null })),
      };
    },
    states: states({
      whole: strip('whole'),
      gaps: strip('gaps'),
      nothing: strip('nothing'),
      unknown: strip('?'),
    }),
  },
  {
    name: 'battery',
    states: states({
      'with days left': () => <Battery percent={77} daysLeft={48} />,
      full: () => <Battery percent={100} />,
      half: () => <Battery percent={52.4} />,
      low: () => <Battery percent={9} />,
      empty: () => <Battery percent={0} />,
    }),
  },
];
