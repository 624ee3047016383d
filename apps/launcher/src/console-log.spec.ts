import { forPeople } from './console-log.js';

describe('what people see of a log', () => {
  it('is warnings and errors, as a sentence', () => {
    expect(forPeople('{"level":40,"msg":"the bus is gone"}')).toBe('warning: the bus is gone');
    expect(forPeople('{"level":50,"msg":"failed","err":{"message":"refused"}}')).toBe('error: failed (refused)');
  });

  it('is not what merely happened', () => {
    expect(forPeople('{"level":30,"msg":"ready"}')).toBeUndefined();
    expect(forPeople('')).toBeUndefined();
  });

  it('is everything that is no log line', () => {
    expect(forPeople('Error: boom')).toBe('Error: boom');
    expect(forPeople('{not json')).toBe('{not json');
  });
});
