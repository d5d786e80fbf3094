import { GLOBAL, INPUT } from './fieldType.ts'
import { type PsbtMap, psbtUint32 } from './psbtMap.ts'

/**
 * The lock time that all inputs of a version 2 PSBT can live with (BIP 370, "Determining Lock Time"): the highest of
 * the one kind that every input with a demand allows, heights before times; the fallback where none demands one.
 * Undefined where one input can only take a height and another only a time.
 */
export function computePsbtLockTime(global: PsbtMap, inputs: readonly PsbtMap[]): number | undefined {
  const demands = inputs
    .map((map) => ({
      height: psbtUint32(map, INPUT.requiredHeightLockTime),
      time: psbtUint32(map, INPUT.requiredTimeLockTime),
    }))
    .filter(({ height, time }) => height !== undefined || time !== undefined)
  if (demands.length === 0) return psbtUint32(global, GLOBAL.fallbackLockTime) ?? 0
  for (const kind of ['height', 'time'] as const) {
    const locks = demands.map((demand) => demand[kind]).filter((lock) => lock !== undefined)
    if (locks.length === demands.length) return locks.reduce((highest, lock) => Math.max(highest, lock))
  }
  return undefined
}
