import { bytesToHex } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { type DerivedOutput, formatDescriptor, inferDescriptor, type ScriptKnowledge } from '@ply/script'
import type { DescriptorWallet } from '@ply/wallet'

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

/** A script of the wallet as the descriptor of this one script, with the origins of its keys. */
export function describeScript(wallet: DescriptorWallet, scriptPubKey: Uint8Array): string | undefined {
  const derived = wallet.solve(scriptPubKey)
  if (!derived) return undefined
  return formatDescriptor(inferDescriptor(scriptPubKey, wallet.network, knowledgeOf(derived)))
}

/** The wallet's descriptors that make a script, as they can be imported elsewhere. */
export function parentDescriptors(wallet: DescriptorWallet, scriptPubKey: Uint8Array): string[] {
  const ids = new Set(wallet.book.findAll(scriptPubKey).map(({ id }) => id))
  return [...ids].map((id) => formatDescriptor(wallet.book.get(id)!.descriptor, 'normalized'))
}

/** False for what only an address or a script is known of. */
export const isSolvable = (wallet: DescriptorWallet, scriptPubKey: Uint8Array): boolean =>
  (wallet.solve(scriptPubKey)?.keys.length ?? 0) > 0
