// oidc-provider, certified by the OpenID Foundation and nothing of ours, as its users would set it up: behind a path, with its own
// development pages for login and consent. Told `wrong`, it is set up badly, or something in front of it meddles.
import { createServer } from 'node:http';
import * as jose from 'jose';
import Provider from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const wrong = told.wrong ?? '';
const PATH = '/realms/shop';
const API = 'https://api.client.example/orders';
const CALLBACKS = ['https://client.example/callback', 'https://client.example/other'];
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const TYPES = ['code', 'id_token', 'id_token token', 'code id_token'];
const LOGGED_OUT = 'https://client.example/bye';

console.info = console.warn = () => {}; // its advice is for people who run it in earnest

const pair = async (alg, kid) => {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { ...(await jose.exportJWK(privateKey)), kid, alg, use: 'sig' };
};
const [rsa, ec] = [await pair('RS256', 'rsa'), await pair('ES256', 'ec')];

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const origin = `http://127.0.0.1:${server.address().port}`;
const issuer = `${origin}${PATH}`;

const little = wrong === 'offers_little'; // not wrong: what a provider need not offer is not there
const login = {
  redirect_uris: CALLBACKS,
  grant_types: little ? ['authorization_code'] : ['authorization_code', 'refresh_token'],
  ...(little ? {} : { post_logout_redirect_uris: [LOGGED_OUT] }),
};
const alg = wrong === 'another_algorithm' ? 'ES256' : 'RS256';
const secret = 'a secret of thirty-two characters';
const provider = new Provider(issuer, {
  clients: [
    { ...login, client_id: 'spa', token_endpoint_auth_method: 'none', application_type: 'web', id_token_signed_response_alg: alg },
    { ...login, client_id: 'web', client_secret: secret, token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256' },
    { ...login, client_id: 'desk', client_secret: secret, token_endpoint_auth_method: 'client_secret_post' },
    { ...login, client_id: 'vault', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [told.key] } },
    { ...login, client_id: 'front', client_secret: secret, grant_types: ['authorization_code', 'implicit'], response_types: TYPES, post_logout_redirect_uris: [] },
    { ...login, client_id: 'bank', client_secret: secret, require_pushed_authorization_requests: true },
    { client_id: 'tv', token_endpoint_auth_method: 'none', application_type: 'native', grant_types: [DEVICE, 'refresh_token'], redirect_uris: [], response_types: [] },
    { client_id: 'robot', client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
  ],
  jwks: { keys: [rsa, ec] },
  cookies: { keys: ['signs the cookies of a test'] },
  scopes: little ? ['openid'] : ['openid', 'profile', 'email', 'offline_access'],
  claims: { openid: ['sub'], ...(little ? {} : { email: ['email', 'email_verified'], profile: ['name'] }) },
  pkce: { required: (_, client) => client.clientAuthMethod === 'none' && wrong !== 'no_proof_key' },
  responseTypes: [...TYPES, 'none'],
  rotateRefreshToken: wrong !== 'no_rotation',
  ttl: {
    AccessToken: 900, AuthorizationCode: 60, ClientCredentials: 900, Grant: 86400, Interaction: 600, RefreshToken: 86400, Session: 86400,
    IdToken: wrong === 'id_token_lives_long' ? 86400 : 600,
  },
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: !little },
    rpInitiatedLogout: { enabled: !little },
    revocation: { enabled: !little, allowedPolicy: () => wrong !== 'revocation_does_nothing' },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => false,
      getResourceServerInfo: () => ({
        scope: 'read:orders write:orders',
        audience: wrong === 'another_audience' ? 'https://another.example' : API,
        accessTokenTTL: 900,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@client.example`, email_verified: true, name: 'Ada' }) }),
});

// Models that forget what they should remember.
if (wrong === 'code_works_twice') provider.AuthorizationCode.prototype.consume = async () => {};
if (wrong === 'spent_refresh_token_works') provider.RefreshToken.prototype.consume = async () => {};
if (wrong === 'any_callback') provider.Client.prototype.redirectUriAllowed = () => true;
if (wrong === 'any_secret') provider.Client.prototype.compareClientSecret = async () => true;
if (wrong === 'any_logout') provider.Client.prototype.postLogoutRedirectUriAllowed = () => true;

// Something in front of it that meddles.
const key = await jose.importJWK(rsa, 'RS256');
const resigned = (claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'rsa' }).sign(key);
const changes = {
  id_token_for_another: (claims) => ({ ...claims, aud: 'somebody-else' }),
  id_token_of_another_issuer: (claims) => ({ ...claims, iss: `${issuer}/` }),
  nonce_is_dropped: ({ nonce, ...claims }) => claims,
  id_token_is_over: (claims) => ({ ...claims, iat: claims.iat - 7200, exp: claims.exp - 7200 }),
  wrong_hash: (claims) => ({ ...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
};
provider.use(async (ctx, next) => {
  await next();
  const { route } = ctx.oidc ?? {};
  if (route === 'token' && ctx.body?.id_token && changes[wrong]) {
    ctx.body.id_token = await resigned(changes[wrong](jose.decodeJwt(ctx.body.id_token)));
  }
  if (route === 'token' && ctx.body?.id_token && wrong === 'unsigned') {
    const [, payload] = ctx.body.id_token.split('.');
    ctx.body.id_token = `${jose.base64url.encode('{"alg":"none"}')}.${payload}.`;
  }
  if (route === 'token' && wrong === 'tokens_may_be_cached') ctx.set('cache-control', 'max-age=60');
  if (route === 'userinfo' && wrong === 'userinfo_of_another' && ctx.body?.sub) ctx.body.sub = 'somebody-else';
  if (route === 'jwks' && wrong === 'private_keys_published') ctx.body = { keys: [rsa, ec] };
  if (route === 'discovery' && wrong === 'discovery_leads_inside') ctx.body.userinfo_endpoint = 'http://169.254.169.254/latest/meta-data';
  const location = ctx.response.get('location') ?? '';
  if (location.startsWith(CALLBACKS[0])) {
    const url = new URL(location);
    if (wrong === 'another_sender' && url.searchParams.has('iss')) url.searchParams.set('iss', 'https://attacker.example');
    if (wrong === 'state_is_changed' && url.searchParams.has('state')) url.searchParams.set('state', url.searchParams.get('state').toLowerCase());
    ctx.redirect(url.href);
  }
});

const answer = provider.callback();
server.on('request', (request, response) => {
  if (!request.url.startsWith(PATH)) return response.writeHead(404).end();
  const url = new URL(request.url, origin);
  if (url.searchParams.has('response_type') && url.searchParams.get('prompt') === 'login' && wrong === 'login_is_never_demanded') url.searchParams.delete('prompt');
  if (url.searchParams.has('response_type') && wrong === 'old_login_is_enough') url.searchParams.delete('max_age');
  request.originalUrl = `${url.pathname}${url.search}`;
  request.url = request.originalUrl.slice(PATH.length) || '/';
  return answer(request, response);
});
console.log(`> ${JSON.stringify({ issuer })}`);
