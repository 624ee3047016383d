import { RouteTable } from './route.table.js';

it('knows the methods of a path, whatever its parameters and its query', () => {
  const table = new RouteTable();
  table.routes.push(
    { method: 'GET', path: '/v1/sessions/:id' },
    { method: 'POST', path: '/v1/sessions' },
    { method: 'GET', path: '/v1/sessions' },
    { method: 'GET', path: '/console/*' },
  );
  expect(table.methodsOf('/v1/sessions?x=/v1/sessions/1')).toEqual(['GET', 'POST']);
  expect(table.methodsOf('/v1/sessions/7')).toEqual(['GET']);
  expect(table.methodsOf('/v1/sessions/')).toEqual([]);
  expect(table.methodsOf('/v1/sessions/7/x')).toEqual([]);
  expect(table.methodsOf('/console/main.js')).toEqual([]);
});
