import { bytesToHex } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import type { NetworkParameters } from '@ply/primitives'
import { type DerivedOutput, formatDescriptor, inferDescriptor, type ScriptKnowledge } from '@ply/script'

/** What a descriptor's output tells of the keys and scripts behind its hashes. */
function knowledgeOf({ keys, redeemScript, witnessScript, taproot }: DerivedOutput): ScriptKnowledge {
  const scripts = [redeemScript, witnessScript].filter((script) => script !== undefined)
  const byHash = new Map(scripts.map((script) => [bytesToHex(hash160(script)), script]))
  const keyByHash = new Map(
    keys.flatMap(({ publicKey }) => [
      [bytesToHex(hash160(publicKey)), publicKey] as const,
      [bytesToHex(hash160(publicKey.subarray(1, 33))), publicKey.subarray(1, 33)] as const,
    ]),
  )
  const origins = new Map(
    keys.flatMap(({ publicKey, origin }) => [
      [bytesToHex(publicKey), origin] as const,
      [bytesToHex(publicKey.subarray(1, 33)), origin] as const,
    ]),
  )
  return {
    keyOfHash: (hash) => keyByHash.get(bytesToHex(hash)),
    scriptOfHash: (hash) => byHash.get(bytesToHex(hash)),
    originOf: (publicKey) => origins.get(bytesToHex(publicKey)),
    ...(taproot && { taprootOf: () => taproot }),
  }
}

/** An output as the descriptor of this one script, with the origins of its keys. */
export const concreteDescriptor = (derived: DerivedOutput, network: NetworkParameters): string =>
  formatDescriptor(inferDescriptor(derived.scriptPubKey, network, knowledgeOf(derived)))
