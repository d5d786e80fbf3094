import { installProvider, nobleProvider } from '@ply/crypto'
import type { CryptoProvider } from '@ply/ports'
import { type OutPoint, computeTxid, isCoinbase, outPointKey, type Transaction, type TxOutput } from '@ply/primitives'
import { nativeProvider, wasmProvider } from '@ply/runtime'
import { MANDATORY_SCRIPT_VERIFY_FLAGS, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'
import { createRandom, type Random } from '@ply/testkit'
import { generateChain } from '../generateChain.ts'

/** Every provider that this machine can load; @noble comes first and is the measure. */
export function availableProviders(): readonly CryptoProvider[] {
  return [nobleProvider, wasmProvider(), nativeProvider()].filter((provider) => provider !== undefined)
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256))
  const flipped = bytes.slice()
  flipped[random.below(bytes.length)]! ^= 1 << random.below(8)
  return flipped
}

/** Spoils one thing of an input's transaction: a witness item, the script, a sequence, an output, the lock time. */
function spoil(tx: Transaction, at: number, random: Random): Transaction {
  const input = tx.inputs[at]!
  const withInput = (changed: Partial<typeof input>): Transaction => ({
    ...tx,
    inputs: tx.inputs.map((each, i) => (i === at ? { ...each, ...changed } : each)),
  })
  switch (random.below(6)) {
    case 0:
    case 1: {
      if (input.witness.length === 0) return withInput({ scriptSig: flipBit(input.scriptSig, random) })
      const which = random.below(input.witness.length)
      return withInput({ witness: input.witness.map((item, i) => (i === which ? flipBit(item, random) : item)) })
    }
    case 2:
      return withInput({ scriptSig: flipBit(input.scriptSig, random) })
    case 3:
      return withInput({ sequence: input.sequence ^ (1 << random.below(31)) })
    case 4:
      return { ...tx, lockTime: tx.lockTime ^ 1 }
    default:
      return { ...tx, outputs: tx.outputs.slice(0, random.below(tx.outputs.length) + 1) }
  }
}

export interface Agreement {
  readonly judged: number
  readonly valid: number
  /** One line for each spend on which a provider disagreed with the first. */
  readonly disagreements: readonly string[]
}

/** Judges `count` spends of a generated chain, half of them spoilt, with every provider. */
export function compareProviders(providers: readonly CryptoProvider[], count: number, seed: number): Agreement {
  const random = createRandom(seed)
  const outputs = new Map<string, TxOutput>()
  const disagreements: string[] = []
  let [judged, valid] = [0, 0]
  const previous = installProvider(providers[0]!)
  try {
    for (const block of generateChain({ seed, blocks: Math.ceil(count / 100), transactionsPerBlock: 50 })) {
      for (const tx of block.transactions) {
        if (!isCoinbase(tx)) {
          const spent = tx.inputs.map(({ prevout }: { prevout: OutPoint }) => outputs.get(outPointKey(prevout))!)
          for (let at = 0; at < tx.inputs.length && judged < count; at++) {
            const candidate = random.chance(0.5) ? tx : spoil(tx, at, random)
            const flags = random.chance(0.5) ? STANDARD_SCRIPT_VERIFY_FLAGS : MANDATORY_SCRIPT_VERIFY_FLAGS
            const verdicts = providers.map((provider) => {
              installProvider(provider)
              const verdict = verifyInput({ cache: new SighashCache(candidate, spent), inputIndex: at, flags })
              return verdict.ok ? 'OK' : verdict.error
            })
            judged++
            if (verdicts[0] === 'OK') valid++
            verdicts.forEach((verdict, i) => {
              if (verdict === verdicts[0]) return
              disagreements.push(
                `spend ${judged}: ${providers[0]!.name} ${verdicts[0]}, ${providers[i]!.name} ${verdict}`,
              )
            })
          }
        }
        const txid = computeTxid(tx)
        tx.outputs.forEach((output, index) => outputs.set(outPointKey({ txid, index }), output))
        if (judged >= count) return { judged, valid, disagreements }
      }
    }
  } finally {
    installProvider(previous)
  }
  return { judged, valid, disagreements }
}
