/**
 * Tells the APIs who is asking: the roles of the user, in claims of our own name space.
 */
exports.onExecutePostLogin = async (event, api) => {
  const namespace = "https://acme.example";
  const roles = (event.authorization && event.authorization.roles) || [];

  api.accessToken.setCustomClaim(`${namespace}/roles`, roles);
  api.idToken.setCustomClaim(`${namespace}/roles`, roles);
};
