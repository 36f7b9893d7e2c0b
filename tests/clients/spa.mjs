// A person with a single-page application in Chromium: logs in by redirect, stays logged in, logs out, and says what was seen.
import { chromium } from 'playwright-core';

const told = JSON.parse(process.argv[2]);
const browser = await chromium.launch({ executablePath: told.browser, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ ignoreHTTPSErrors: true }); // this browser reads no authority from a file
const page = await context.newPage();
page.setDefaultTimeout(30000);
const complaints = [];
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

const ready = () => page.waitForSelector('body[data-ready]');
const open = async (settings) => {
  await page.goto(`${told.site}/#${encodeURIComponent(JSON.stringify(settings))}`);
  await ready();
};
const who = () => page.textContent('#who');
const login = async () => {
  await page.evaluate(() => void client.loginWithRedirect());
  await page.waitForURL(/\/u\/login/);
  const first = new URL(page.url()).pathname;
  await page.fill('input[name=username]', told.user);
  if (first.endsWith('/identifier')) {
    await page.click('button[type=submit]');
    await page.waitForURL(/\/u\/login\/password/);
  }
  await page.fill('input[name=password]', told.password);
  await page.click('button[type=submit]');
  await page.waitForURL(`${told.site}/**`);
  await ready();
  return first;
};
const token = (options) => page.evaluate((given) => client.getTokenSilently(given), { detailedResponse: true, ...options });
const stored = () => page.evaluate(() => JSON.stringify({ ...localStorage }).match(/refresh_token\\*":\\*"([^"\\]+)/)?.[1] ?? null);
const seen = {};

await open({ ...told.settings, cacheLocation: 'localstorage' });
seen.before = await who();
seen.login = await login();
seen.after = await who();
seen.first = await token();
seen.cached = await token();
const old = await stored();
seen.renewed = await token({ cacheMode: 'off' });
seen.rotated = old !== null && (await stored()) !== old;
await page.reload();
await ready();
seen.reloaded = await who();
// a second login of the same browser needs no password; a callback on localhost could be anybody's, so the person is asked
await page.evaluate(() => void client.loginWithRedirect());
await page.waitForURL(/\/u\/confirmation/);
await page.click('button[value=accept]');
await page.waitForURL(`${told.site}/**`);
await ready();
seen.signedOn = await who();
await page.evaluate(() => void client.logout({ logoutParams: { returnTo: `${location.origin}/bye` } }));
await page.waitForURL(`${told.site}/bye**`);
await open(told.settings);
seen.out = await who();
seen.again = await login();
seen.complaints = complaints;
console.log(`> ${JSON.stringify(seen)}`);
await browser.close();
process.exit();
