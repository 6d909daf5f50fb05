/**
 * Asks again and again, with a pause after each answer, until `ask` returns false. Returns what ends it; an answer that is under
 * way then is ignored by `ask` itself.
 */
export function poll(ask: () => Promise<boolean>, pause: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const next = () => {
    timer = setTimeout(() => {
      void ask().then((again) => {
        if (again && !ended) next();
      });
    }, pause);
  };
  next();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** Codes of errors after which asking again may help. */
const passing: readonly string[] = ['server_unreachable', 'server_proxy', 'server_failed', 'server_busy'];

/** Whether asking again may help after this error. */
export const mayPass = (code: string): boolean => passing.includes(code);
