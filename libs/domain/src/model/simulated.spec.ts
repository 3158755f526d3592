import { describe, expect, it } from 'vitest';
import { asksForSimulation, isSimulated } from './simulated.js';

describe('points of a simulation', () => {
  it('are told from those of the building by their class', () => {
    const classes = ['Simulated_Fault_Command', 'Simulation_Speed_Setpoint', 'Valve_Position_Sensor', 'Simulator', null];
    expect(classes.map(isSimulated)).toEqual([true, true, false, false, false]);
  });

  it('are meant by who names the simulation, and by nobody else', () => {
    const searches = [['VAV-3-12'], ['stuck', 'valve'], ['Simulation-desk.stuck-valve.VAV-3-12'], ['stuck', 'simulated'], []];
    expect(searches.map(asksForSimulation)).toEqual([false, false, true, true, false]);
  });
});
