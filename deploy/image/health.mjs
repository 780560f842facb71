/** Ends with 0 where the service of this container is alive; for `HEALTHCHECK`, since the image has no shell and no curl. */

const { HOST = '0.0.0.0', PORT = '3000' } = process.env;
// The service may listen on one address only; what stands for all of them is no address to ask.
const address = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST;
try {
  const { status } = await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${PORT}/livez`, {
    signal: AbortSignal.timeout(2500),
  });
  process.exitCode = status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
