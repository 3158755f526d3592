import { beforeEach, describe, expect, it } from 'vitest';
import { aPoint } from '../../../testing/building';
import { prepareConsole, render, textOf } from '../../../testing/console';
import { LayerChoice } from './layer-choice';
import { layersOn } from './layers';

beforeEach(() => prepareConsole());

const zone = { id: 'z', name: 'Zone' };
const point = (brickClass: string, n: number) => aPoint(n, { brickClass, zone });
const points = ['Zone_Air_Temperature_Sensor', 'CO2_Level_Sensor', 'Zone_Air_Humidity_Sensor', 'Damper_Position_Sensor'].map(point);

describe('the layers of a floor', () => {
  it('are those that its zones have points for, and what every floor can show', () => {
    expect(layersOn(points)).toEqual(['temperature', 'humidity', 'co2', 'damper', 'overrides', 'connectivity']);
    expect(layersOn([])).toEqual([]);
  });

  it('stand side by side where they are usual, the others in a list that says which one is shown', async () => {
    const page = await render(LayerChoice, { layers: layersOn(points), chosen: 'temperature' });
    const select = page.element.querySelector('select');
    expect([...page.element.querySelectorAll('button')].map(textOf)).toEqual(['Temperature', 'CO₂', 'Overrides']);
    expect([...(select?.options ?? [])].map(textOf)).toEqual(['More layers', 'Humidity', 'Dampers', 'Connectivity']);
    expect([select?.value, select?.classList.contains('on')]).toEqual(['', false]);
    page.set('chosen', 'damper');
    await page.settle();
    expect([select?.value, select?.classList.contains('on'), page.element.querySelectorAll('[aria-pressed=true]').length]).toEqual(['damper', true, 0]);
  });
});
