// Asks the API as any reader does.
/** Of each list so many at most. */
export const pageSize = 100;
let token = sessionStorage.getItem('pullpath-token') ?? '';

export const hasToken = () => token !== '';
export const signIn = text => {
  token = text;
  sessionStorage.setItem('pullpath-token', token);
};
const headers = () => (token === '' ? {} : { authorization: `Bearer ${token}` });

/** A failed answer, with what the problem document says. */
class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

const refusalOf = async response => {
  const problem = await response.json().catch(() => ({}));
  return new Refusal(response.status, problem.detail ?? `the aggregator answers with status ${response.status}`);
};

// Relative, so that it works behind the API server's service proxy as well.
export const fetchAnswer = async (path, more = {}) => {
  const response = await fetch(`./v1/${path}`, { headers: { ...headers(), ...more } });
  if (!response.ok) throw await refusalOf(response);
  return response;
};
export const ask = async path => (await fetchAnswer(path)).json();
