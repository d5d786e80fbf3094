import { bytesToHex, unwrap } from '@ply/bytes'
import { ExtendedKey, publicKeyFromSecret, TESTNET_VERSIONS } from '@ply/crypto'
import { encodeWif, REGTEST } from '@ply/primitives'
import { type DerivedOutput, deriveOutputs, parseDescriptor } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { checkTransaction, create } from '../test/descriptorPsbt.ts'
import { createDescriptorWallet } from '../test/descriptorWallets.ts'
import { fillPsbt } from './fillPsbt.ts'
import { privateKeys, signingKeys } from './signingKeys.ts'

const master = ExtendedKey.fromSeed(new Uint8Array(32).fill(1), TESTNET_VERSIONS)
const other = ExtendedKey.fromSeed(new Uint8Array(32).fill(2), TESTNET_VERSIONS).derive([0]).xpub
const OPTIONS = { sign: true, finalize: true, bip32Derivs: true, entropy: new SeededEntropy(1) }

function derive(text: string, index = 3): DerivedOutput {
  return unwrap(deriveOutputs(unwrap(parseDescriptor(text, REGTEST)), index))[0]!
}

test('an uncompressed key signs for the scripts that hold it so', () => {
  const text = `pkh(${encodeWif({ secretKey: new Uint8Array(32).fill(5), compressed: false }, REGTEST)})`
  const wallet = createDescriptorWallet([text], 1)
  const spent = derive(text)
  expect(spent.keys[0]!.publicKey).toHaveLength(65)
  const { psbt, complete } = unwrap(fillPsbt(wallet, create(spent, spent), OPTIONS))
  expect(complete).toBe(true)
  checkTransaction(psbt, spent)
})

test.each([
  ['of a descriptor', `wpkh(${master.xprv}/0/*)`],
  ['of a participant', `tr(musig(${master.xprv}/0/*,${other}/*))`],
])('a key that only the map names is found below the key %s', (_, text) => {
  const wallet = createDescriptorWallet([text], 1)
  const spent = derive(`wsh(multi(1,${master.xprv}/7/*,${other}/*))`)
  const [map] = create(spent, spent).inputs
  const found = signingKeys(wallet, map!, spent.scriptPubKey)
  expect(found.map(({ publicKey }) => bytesToHex(publicKey))).toEqual([bytesToHex(spent.keys[0]!.publicKey)])
  expect(publicKeyFromSecret(found[0]!.secretKey)).toEqual(found[0]!.publicKey)
})

test('a fingerprint alone makes no key the own one', () => {
  const wallet = createDescriptorWallet([`wpkh(${master.xprv}/0/*)`], 1)
  const spent = derive(`wpkh([${bytesToHex(master.fingerprint)}/1]${other}/*)`)
  const [map] = create(spent, spent).inputs
  expect(signingKeys(wallet, map!, spent.scriptPubKey)).toEqual([])
})

test('a locked wallet has none', () => {
  const text = `tr(${master.xprv}/86h/*)`
  const wallet = createDescriptorWallet([text], 5)
  const { scriptPubKey } = derive(text)
  expect(privateKeys(wallet, scriptPubKey)).toHaveLength(1)
  wallet.ring.encrypt('secret', { entropy: OPTIONS.entropy, cost: { N: 2, r: 1, p: 1 } })
  wallet.ring.lock()
  expect(privateKeys(wallet, scriptPubKey)).toEqual([])
})
