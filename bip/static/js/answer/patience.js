// A signal that gives up after a while or when it is told to; `clear` it once the answer has come. (Older
// tablets have no AbortSignal.timeout.)

export function patience(ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer), giveUp: () => controller.abort() };
}
