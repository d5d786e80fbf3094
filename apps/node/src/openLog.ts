import { dataFolder } from '@ply/layer1-node'
import {
  createLogger,
  type LogFile,
  type LogOptions,
  LogRateLimit,
  selectCategories,
  shrinkLogFile,
  type SystemClock,
} from '@ply/runtime'
import type { PlydOptions } from './options.ts'

/** The log of a process, as its options ask for it. */
export function openLog({ bitcoind, debug, network }: PlydOptions, directory: string, clock: SystemClock): LogFile {
  if (!bitcoind) {
    const { debugLog: file } = dataFolder(directory, network.name)
    return createLogger({ file, selection: selectCategories(debug), clock, rateLimit: createRateLimit() })
  }
  const { file, console, shrink, format, selection, limited } = bitcoind.log
  if (file !== undefined && shrink) shrinkLogFile(file)
  return createLoggerAt(file, {
    ...(console && { echo: (line: string) => void process.stdout.write(`${line}\n`) }),
    format,
    selection,
    clock,
    ...(limited && { rateLimit: createRateLimit() }),
  })
}

const createRateLimit = (): LogRateLimit => new LogRateLimit(() => performance.now())

function createLoggerAt(file: string | undefined, options: Omit<LogOptions, 'file'>): LogFile {
  try {
    return createLogger({ ...options, ...(file !== undefined && { file }) })
  } catch {
    throw new Error(`Could not open debug log file ${file}`)
  }
}
