// openid-client as an application uses it: discovery, authorization code with PKCE, refresh, client credentials, userinfo.
// It checks the ID token itself; what it finds wrong it throws.
import * as client from 'openid-client';
import { createInterface } from 'node:readline';

const told = JSON.parse(process.argv[2]);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const hear = async () => JSON.parse((await lines.next()).value);
const say = (document) => console.log(`> ${JSON.stringify(document)}`);

process.on('uncaughtException', (error) => {
  say({ error: error.code ?? error.name, message: `${error.message}: ${error.cause?.message ?? ''}` });
  process.exit();
});

const config = await client.discovery(new URL(told.issuer), told.client_id, told.client_secret);
client.enableNonRepudiationChecks(config); // signatures too, which TLS would stand for

if (told.flow === 'code') {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), maxAge: 600, idTokenExpected: true };
  const parameters = {
    redirect_uri: told.redirect_uri,
    scope: told.scope,
    audience: told.audience,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    max_age: '600',
  };
  const url = told.pushed ? await client.buildAuthorizationUrlWithPAR(config, parameters) : client.buildAuthorizationUrl(config, parameters);
  say({ url: url.href });
  const { callback } = await hear();
  const tokens = await client.authorizationCodeGrant(config, new URL(callback), checks);
  const claims = tokens.claims();
  const profile = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
  const again = await client.authorizationCodeGrant(config, new URL(callback), checks).then(() => null, (error) => error.error);
  await client.tokenRevocation(config, renewed.refresh_token);
  const revoked = await client.refreshTokenGrant(config, renewed.refresh_token).then(() => null, (error) => error.error);
  const ended = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: told.redirect_uri });
  say({ claims, profile, scope: tokens.scope, rotated: renewed.refresh_token !== tokens.refresh_token, renewed: renewed.claims(), again, revoked, ended: ended.href });
} else {
  const tokens = await client.clientCredentialsGrant(config, { audience: told.audience });
  const refused = await client.clientCredentialsGrant(config, { audience: 'https://nothing.example' }).then(() => null, (error) => [error.status, error.error]);
  say({ ...tokens, refused });
}
