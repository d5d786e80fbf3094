import { bytesToHex, equalBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import {
  computeTaprootOutputKey,
  createP2pk,
  createP2pkh,
  createP2sh,
  createP2tr,
  createP2wpkh,
  type DerivedOutput,
  type Descriptor,
  descriptorKeys,
} from '@ply/script'
import { type PsbtKey, psbtInputKeys } from '../psbt/keyOrigins.ts'
import type { PsbtMap } from '../psbt/psbtMap.ts'
import type { SigningKey } from '../sign/produceScripts.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'
import { deriveRemembered } from './derivedOutputs.ts'

/** A key that the wallet can sign with, its public key in the form in which scripts hold it. */
type OwnKey = Required<SigningKey>

/** The outputs of a script with their secret keys, by every descriptor that has some; none while the wallet is locked. */
export function solvePrivately(wallet: DescriptorWallet, scriptPubKey: Uint8Array): readonly DerivedOutput[] {
  return wallet.book.findAll(scriptPubKey).flatMap(({ id, index }) => {
    const descriptor = wallet.ring.descriptor(id)
    const outputs = descriptor && deriveRemembered(descriptor, index)
    return outputs?.ok ? outputs.value.filter((output) => equalBytes(output.scriptPubKey, scriptPubKey)) : []
  })
}

/** The wallet's keys in the descriptors of a script. */
const scriptKeys = (wallet: DescriptorWallet, scriptPubKey: Uint8Array): readonly OwnKey[] =>
  solvePrivately(wallet, scriptPubKey)
    .flatMap(({ keys }) => keys.flatMap((key) => key.participants ?? [key]))
    .flatMap(({ publicKey, secretKey }) => (secretKey ? [{ publicKey, secretKey }] : []))

/** Secret keys for a script. */
export const privateKeys = (wallet: DescriptorWallet, scriptPubKey: Uint8Array): readonly Uint8Array[] =>
  scriptKeys(wallet, scriptPubKey).map(({ secretKey }) => secretKey)

const isSameKey = (own: Uint8Array, named: Uint8Array): boolean =>
  equalBytes(named.length === 32 ? own.subarray(1, 33) : own, named)

/** The scripts of one key that a wallet's descriptors make. */
function singleKeyScripts(publicKey: Uint8Array): readonly Uint8Array[] {
  const outputKey = computeTaprootOutputKey(publicKey.slice(-32))?.publicKey
  const taproot = outputKey ? [createP2tr(outputKey)] : []
  if (publicKey.length === 32) return taproot
  const witness = createP2wpkh(hash160(publicKey))
  return [witness, createP2sh(witness), createP2pkh(hash160(publicKey)), createP2pk(publicKey), ...taproot]
}

/** The key of a public key that the wallet gives out addresses for, whatever script it stands in here. */
const findByAddress = (wallet: DescriptorWallet, publicKey: Uint8Array): OwnKey | undefined =>
  singleKeyScripts(publicKey)
    .flatMap((script) => scriptKeys(wallet, script))
    .find((own) => isSameKey(own.publicKey, publicKey))

const secretExpressions = (descriptor: Descriptor) =>
  descriptorKeys(descriptor).flatMap((key) => (key.kind === 'musig' ? key.participants : [key]))

/** The key that a map names with its origin, if it lies below one of the wallet's. */
function findByOrigin(wallet: DescriptorWallet, { publicKey, origin }: PsbtKey): OwnKey | undefined {
  const expressions = wallet.ring.ids().flatMap((id) => {
    const descriptor = wallet.ring.descriptor(id)
    return descriptor ? secretExpressions(descriptor) : []
  })
  // A wallet's descriptors mostly have one master key: going down its path once is enough.
  const tried = new Set<string>()
  for (const key of expressions) {
    if (key.kind === 'single') {
      const { secretKey } = key
      if (secretKey && isSameKey(key.publicKey, publicKey)) return { secretKey, publicKey: key.publicKey }
      continue
    }
    const root = key.origin ?? { fingerprint: bytesToHex(key.key.fingerprint), path: [] }
    const below = origin.path.slice(root.path.length)
    if (!key.key.secretKey || root.fingerprint !== origin.fingerprint || below.length === 0) continue
    const id = `${bytesToHex(key.key.secretKey)}/${below.join('/')}`
    if (tried.has(id)) continue
    tried.add(id)
    const derived = key.key.derive(below)
    if (!derived.secretKey || !isSameKey(derived.publicKey, publicKey)) continue
    return { secretKey: derived.secretKey, publicKey: derived.publicKey }
  }
  return undefined
}

/** The wallet's keys for an input: those of the descriptors of what it spends, and others that its map names. */
export function signingKeys(wallet: DescriptorWallet, map: PsbtMap, scriptPubKey: Uint8Array): readonly OwnKey[] {
  const found = new Map(scriptKeys(wallet, scriptPubKey).map((key) => [bytesToHex(key.publicKey), key]))
  for (const named of psbtInputKeys(map)) {
    if ([...found.values()].some(({ publicKey }) => isSameKey(publicKey, named.publicKey))) continue
    const key = findByOrigin(wallet, named) ?? findByAddress(wallet, named.publicKey)
    if (key) found.set(bytesToHex(key.publicKey), key)
  }
  return [...found.values()]
}
