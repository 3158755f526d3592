import { zipSync } from 'fflate';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeUnits, readRecording } from '../src/replay/recording.js';
import { readTelemetry } from '../src/replay/telemetry-files.js';
import { csv, file } from './some-telemetry.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-replay-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a recording', () => {
  it('is the same from a zip and from a folder', async () => {
    const [a, b] = [csv(['2015-01-01T00:15:00Z,x#b,2'], ['2015-01-01T00:00:00Z,x#b,1']), csv(['2015-01-01T00:00:00Z,x#a,70.1'])];
    await mkdir(join(folder, 'd/deep'), { recursive: true });
    await writeFile(join(folder, 'd/one.csv'), a);
    await writeFile(join(folder, 'd/deep/two.CSV'), b);
    await writeFile(join(folder, 'd/readme.txt'), 'no telemetry');
    await writeFile(join(folder, 't.zip'), zipSync({ 'x/one.csv': Buffer.from(a), 'x/deep/two.CSV': Buffer.from(b), 'x/readme.txt': Buffer.from('no') }));
    const [fromFolder, fromZip] = await Promise.all(['d', 't.zip'].map(async (name) => readRecording(await readTelemetry(join(folder, name)))));
    expect(fromZip).toEqual(fromFolder);
    expect(fromZip?.series.get('x#b')).toEqual({ times: [Date.UTC(2015, 0, 1), Date.UTC(2015, 0, 1, 0, 15)], values: [1, 2] });
    expect(fromZip).toMatchObject({ rows: 3, firstTime: Date.UTC(2015, 0, 1), lastTime: Date.UTC(2015, 0, 1, 0, 15) });
  });

  it('keeps every value as the float64 that was written', () => {
    const written = ['70.69999999999993', '1e-300', '-0.1', '4503599627370497.5', '+5', '.5', '3.'];
    const { series } = readRecording([file(csv(...written.map((value, index) => [`2015-01-01T00:00:0${index}Z,x,${value}`])))]);
    expect(series.get('x')?.values).toEqual([70.69999999999993, 1e-300, -0.1, 4503599627370497.5, 5, 0.5, 3]);
  });

  it('joins a point that is spread over files, and reads quoted cells and CRLF', () => {
    const files = [file('id,value,time\r\n"x, y",1,2015-01-01T02:00:00+01:00\r\n'), file(csv(['2015-01-01T00:00:00.250Z,"x, y",2']))];
    expect(readRecording(files).series.get('x, y')).toEqual({ times: [Date.UTC(2015, 0, 1) + 250, Date.UTC(2015, 0, 1, 1)], values: [2, 1] });
  });

  it.each([
    [['71', '70', '12'], 'imperial'],
    [['21', '22', '60'], 'metric'],
    [[], 'metric'],
  ])('with temperatures %j is %s', (values, units) => {
    const rows = values.map((value, index) => [`2015-01-01T00:00:0${index}Z,x,${value},Zone_Air_Temperature_Sensor`]);
    expect(judgeUnits(readRecording([file(`time,id,value,type\n${rows.join('\n')}\n2015-01-01T00:00:00Z,p,99,Reheat_Valve_Command`)]))).toBe(units);
  });
});

describe('what is wrong is said with file and line', () => {
  it.each([
    ['', 't.csv is empty: it needs a first line with time,id,value.'],
    ['time,value\n', 't.csv, line 1: the column id is missing; it needs time, id and value.'],
    [csv(['2015-01-01T00:00:00Z,x,1'], ['2015-01-01T00:15:00Z,x']), 't.csv, line 3: 2 cells where the first line has 3.'],
    [csv(['2015-01-01T00:00:00Z,x,NaN']), 't.csv, line 2: "NaN" is no finite number.'],
    [csv(['2015-01-01T00:00:00Z,x,Infinity']), 't.csv, line 2: "Infinity" is no finite number.'],
    [csv(['2015-01-01T00:00:00Z,x,1e999']), 't.csv, line 2: "1e999" is no finite number.'],
    [csv(['2015-01-01T00:00:00Z,x,0x10']), 't.csv, line 2: "0x10" is no finite number.'],
    [csv(['2015-01-01T00:00:00Z,x,']), 't.csv, line 2: "" is no finite number.'],
    [csv(['01.01.2015 00:00,x,1']), 't.csv, line 2: "01.01.2015 00:00" is no time such as 2015-01-01T00:15:00Z.'],
    [csv(['2015-13-01T00:00:00Z,x,1']), 't.csv, line 2: "2015-13-01T00:00:00Z" is no time'],
    [csv(['2015-01-01T00:00:00Z,,1']), 't.csv, line 2: the id is empty.'],
    [csv(['2015-01-01T00:00:00Z,"x,1']), 't.csv, line 2: this is no CSV'],
    [csv(), 'The telemetry has no rows.'],
  ])('%j', (text, error) => {
    expect(() => readRecording([file(text)])).toThrow(error);
  });

  it('or with the path', async () => {
    await expect(readTelemetry(join(folder, 'nothing'))).rejects.toThrow(`There is no telemetry at ${join(folder, 'nothing')}.`);
    await expect(readTelemetry(folder)).rejects.toThrow('holds no CSV file');
    await writeFile(join(folder, 't.zip'), 'no zip at all');
    await expect(readTelemetry(join(folder, 't.zip'))).rejects.toThrow('neither a folder nor a readable zip file');
  });
});

const REAL = join(import.meta.dirname, '../../../shared/data/bldg1/telemetry.zip');
it.skipIf(!existsSync(REAL))('of a real building is read whole', async () => {
  const recording = readRecording(await readTelemetry(REAL));
  expect([recording.series.size, recording.rows, judgeUnits(recording)]).toEqual([1284, 246_151, 'imperial']);
});
