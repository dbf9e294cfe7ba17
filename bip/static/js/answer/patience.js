// A signal that gives up after a while; `clear` it once the answer begins to come. (Older tablets have no
// AbortSignal.timeout.)

export function patience(ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
