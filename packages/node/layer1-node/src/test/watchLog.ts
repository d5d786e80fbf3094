import type { Logger } from '@ply/ports'

/** Keeps what something says while it is tested, and waits for words. */
export function watchLog() {
  const log: string[] = []
  const waiting: (() => void)[] = []
  const tell = (text: string): void => {
    log.push(text)
    for (const go of waiting.splice(0)) go()
  }
  const logger: Logger = { log: (_, text) => tell(text), child: () => logger }
  /** Resolves once so many lines have `words` in them. */
  const said = async (words: string, times = 1): Promise<void> => {
    while (log.filter((line) => line.includes(words)).length < times) {
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return { log, logger, tell, said }
}
