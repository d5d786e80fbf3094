import type { MiningOptions } from '@ply/layer1-node'
import { readAmount } from './amount.ts'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const MAX_BLOCK_WEIGHT = 4_000_000
const MIN_RESERVED_WEIGHT = 2000
const DEFAULT_RESERVED_WEIGHT = 8000

/** How blocks are made. */
export function readMiningOptions(settings: Settings): MiningOptions {
  const minFeeRate = readAmount(settings, 'blockmintxfee')
  const reserved = settings.integer('blockreservedweight')
  const max = settings.integer('blockmaxweight')
  const reservedWeight = reserved ?? DEFAULT_RESERVED_WEIGHT
  const maxWeight = max ?? MAX_BLOCK_WEIGHT
  if (reservedWeight < MIN_RESERVED_WEIGHT) {
    throw new OptionError(
      `-blockreservedweight (${reservedWeight}) is lower than minimum safety value of (${MIN_RESERVED_WEIGHT})`,
    )
  }
  const tooHeavy = (name: string, weight: number): OptionError =>
    new OptionError(`-${name} (${weight}) exceeds consensus maximum block weight (${MAX_BLOCK_WEIGHT})`)
  if (reservedWeight > MAX_BLOCK_WEIGHT) throw tooHeavy('blockreservedweight', reservedWeight)
  if (maxWeight > MAX_BLOCK_WEIGHT) throw tooHeavy('blockmaxweight', maxWeight)
  if (reservedWeight > maxWeight) {
    throw new OptionError(`-blockreservedweight (${reservedWeight}) exceeds -blockmaxweight (${maxWeight})`)
  }
  const version = settings.integer('blockversion')
  return {
    ...(minFeeRate !== undefined && { minFeeRate }),
    ...(reserved !== undefined && { reservedWeight }),
    ...(max !== undefined && { maxWeight }),
    ...(version !== undefined && { version }),
    ...(settings.flag('printpriority', false) && { logFeeRates: true }),
  }
}
