import type { Browser, Page } from 'playwright-core';
import { type Stack, startStack } from '#testing';
import { findChromium, launch } from './browser.js';

const executable = findChromium();
// In CI a missing browser fails; elsewhere it is named as not run.
const describeBrowser = executable || process.env.CI === 'true' ? describe : describe.skip;
const LIMIT_MS = 15_000;
// What the browser reports of a refused key and of a gateway that was killed; anything else is a defect of the page.
const EXPECTED = ['401 (Unauthorized)', 'ERR_CONNECTION_REFUSED', 'WebSocket is closed before'];

describeBrowser(`the page at /${executable ? '' : ': NOT RUN: there is no Chromium'}`, () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    if (!executable) throw new Error('there is no Chromium: install it (Debian: apt-get install chromium)');
    [stack, browser] = await Promise.all([startStack(), launch(executable)]);
    page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.some((text) => message.text().includes(text)))
        problems.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  const open = (key: string) => page.goto(`${stack.gatewayUrl}/#key=${key}`);
  const seesRow = (table: string, ...texts: string[]) =>
    texts
      .reduce((rows, text) => rows.filter({ hasText: text }), page.locator(`${table} tr`))
      .first()
      .waitFor();

  async function createSession(name: string) {
    const { body } = await stack.api.post<{ id: string; stageArn: string }>('/v1/sessions', {
      name,
      hostUserId: 'ana',
    });
    return body;
  }
  async function enter(sessionId: string, userId: string, role: 'host' | 'guest') {
    const joined = await stack.api.post<{ participantToken: string }>(`/v1/sessions/${sessionId}/join`, {
      userId,
      role,
    });
    const device = await stack.cloud.post<{ participantId: string }>('/_control/participants', {
      token: joined.body.participantToken,
    });
    return device.body.participantId;
  }
  const control = (participantId: string, action: string) =>
    stack.cloud.post(`/_control/participants/${participantId}/${action}`, {});

  it('asks for a key, says what is wrong with a bad one, and keeps the key out of the address', async () => {
    await page.goto(stack.gatewayUrl);
    await page.locator('#key').fill('not a key');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.locator('#sign-in-error').filter({ hasText: 'UNAUTHENTICATED' }).waitFor();
    await page.locator('#key').fill(stack.apiKey);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.locator('#console').waitFor();
    await open(stack.apiKey);
    await page.locator('#connection').filter({ hasText: 'live' }).waitFor();
    await page.waitForURL(`${stack.gatewayUrl}/`);
  });

  it('shows a session that is created elsewhere, and its show as it happens', async () => {
    await open(stack.apiKey);
    await page.locator('#connection').filter({ hasText: 'live' }).waitFor();
    const { id } = await createSession('<b>Friday</b> & more');
    await page.locator('#session-list button', { hasText: '<b>Friday</b> & more' }).click();
    await page.locator('#session-title', { hasText: '<b>Friday</b> & more' }).waitFor();
    const host = await enter(id, 'ana', 'host');
    await control(host, 'publish');
    await seesRow('#participants', 'ana', 'host', 'published');
    await seesRow('#timeline', 'session.started');
    const guest = await enter(id, 'ben', 'guest');
    await control(guest, 'publish');
    await control(guest, 'unpublish');
    await seesRow('#participants', 'ben', 'guest', 'unpublished');
    await stack.api.post(`/v1/sessions/${id}/end`);
    await page.locator('#session-facts', { hasText: 'ended (api_ended)' }).waitFor();
    await page.locator('#session-list button', { hasText: 'ended' }).first().waitFor();
    const numbers = (await page.locator('#timeline td:first-child').allTextContents()).map(Number);
    const { body } = await stack.api.get<{ events: { seq: number }[] }>(`/v1/sessions/${id}/events?after=0`);
    expect(numbers).toEqual(body.events.map((event) => event.seq).reverse());
  });

  it('goes on from where it was when the gateway died and came back', async () => {
    const { id } = await createSession('Saturday');
    await page.locator('#session-list button', { hasText: 'Saturday' }).click();
    await page.locator('#session-title', { hasText: 'Saturday' }).waitFor();
    const host = await enter(id, 'ana', 'host');
    await stack.kill('gateway');
    await page.locator('#connection').filter({ hasText: 'lost' }).waitFor();
    await control(host, 'publish');
    await stack.start('gateway');
    await page.locator('#connection').filter({ hasText: 'live' }).waitFor();
    await seesRow('#participants', 'ana', 'published');
  });

  it('serves the API page without anything from elsewhere', async () => {
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(stack.gatewayUrl) && !request.url().startsWith('data:'))
        elsewhere.push(request.url());
    });
    await page.goto(`${stack.gatewayUrl}/docs`);
    await page.getByText('/v1/sessions/{id}/join').first().waitFor();
    expect(elsewhere).toEqual([]);
    expect(problems).toEqual([]);
  });
});
