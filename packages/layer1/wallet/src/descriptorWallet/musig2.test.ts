import { bytesToHex, unwrap } from '@ply/bytes'
import { ExtendedKey, TESTNET_VERSIONS } from '@ply/crypto'
import { REGTEST } from '@ply/primitives'
import { type DerivedOutput, deriveOutputs, parseDescriptor } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { combinePsbts } from '../psbt/combinePsbts.ts'
import { INPUT } from '../psbt/fieldType.ts'
import type { Psbt } from '../psbt/psbt.ts'
import { psbtEntries } from '../psbt/psbtMap.ts'
import { checkTransaction, create, read } from '../test/descriptorPsbt.ts'
import { createDescriptorWallet } from '../test/descriptorWallets.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'
import { fillPsbt } from './fillPsbt.ts'

const entropy = new SeededEntropy(373)
const masters = [1, 2, 3].map((i) => ExtendedKey.fromSeed(new Uint8Array(32).fill(i), TESTNET_VERSIONS))
const ACCOUNT = [0x80000056, 0x80000001, 0x80000000]

/** The account keys of each participant: with the master key for itself, from the last hardened step on for others. */
const ownKeys = masters.map(({ xprv }) => `${xprv}/86h/1h/0h`)
const sharedKeys = masters.map((master) => {
  const origin = bytesToHex(master.fingerprint)
  return `[${origin}/86h/1h/0h]${master.derive(ACCOUNT).xpub}`
})

const createWallet = (text: string): DescriptorWallet => createDescriptorWallet([text], 5)

/** A pattern with the keys of all participants as one of them knows them; `$0` stands for the first one's. */
const textFor = (own: number, pattern: string): string =>
  pattern.replace(/\$(\d)/g, (_, place: string) => (Number(place) === own ? ownKeys : sharedKeys)[Number(place)]!)

const process = (wallet: DescriptorWallet, psbt: Psbt) =>
  unwrap(fillPsbt(wallet, psbt, { sign: true, finalize: true, bip32Derivs: true, entropy }))

function derive(pattern: string): readonly [DerivedOutput, DerivedOutput] {
  const descriptor = unwrap(parseDescriptor(textFor(-1, pattern), REGTEST))
  const [spent, change] = [3, 4].map((index) => unwrap(deriveOutputs(descriptor, index))[0]!)
  return [spent!, change!]
}

/** Each wallet's part in one round, combined. */
const round = (wallets: readonly DescriptorWallet[], psbt: Psbt): Psbt =>
  read(unwrap(combinePsbts(wallets.map((wallet) => process(wallet, psbt).psbt))))

const count = (psbt: Psbt, type: number): number => psbtEntries(psbt.inputs[0]!, type).length

const PATTERNS = ['tr(musig($0,$1,$2)/0/*)', 'rawtr(musig($0/0/*,$1/1/*,$2/2/*))', 'tr($0/*,pk(musig($1/0/*,$2/0/*)))']

test.each(PATTERNS.slice(0, 2))('%s: wallets that all have it sign in two rounds', (pattern) => {
  const wallets = masters.map((_, i) => createWallet(textFor(i, pattern)))
  const [spent, change] = derive(pattern)
  const withNonces = round(wallets, create(spent, change))
  expect([INPUT.musig2PublicNonce, INPUT.musig2PartialSig].map((type) => count(withNonces, type))).toEqual([3, 0])
  checkTransaction(round(wallets, withNonces), spent)
})

test('a wallet that has only the key signs for who asks it with a PSBT', () => {
  const pattern = 'tr(musig($0/0/*,$1/0/*,$2/0/*))'
  const wallets = [createWallet(textFor(0, pattern)), ...[1, 2].map((i) => createWallet(`tr(${ownKeys[i]!}/0/*)`))]
  const [spent, change] = derive(pattern)
  const created = create(spent, change)
  checkTransaction(round(wallets, round(wallets, created)), spent)
})

test('the last one to sign has the transaction', () => {
  const pattern = PATTERNS[2]!
  const wallets = [1, 2].map((i) => createWallet(textFor(i, pattern)))
  const [spent, change] = derive(pattern)
  const withNonces = round(wallets, create(spent, change))
  const first = process(wallets[0]!, withNonces)
  expect(first.complete).toBe(false)
  expect(process(wallets[1]!, first.psbt).complete).toBe(true)
})

test('a wallet that starts again knows no session: what it keeps has no secret nonce', () => {
  const [pattern] = PATTERNS
  const wallets = masters.map((_, i) => createWallet(textFor(i, pattern!)))
  const [spent, change] = derive(pattern!)
  const withNonces = round(wallets, create(spent, change))
  expect(wallets[0]!.secretNonces.size).toBe(1)
  // There is nothing to write: nothing that is kept has changed.
  const changes = wallets[0]!.takeChanges()
  expect([changes.settings, changes.descriptors.size, changes.addresses.size, changes.transactions.size]).toEqual([
    false,
    0,
    0,
    0,
  ])
  const restarted = createWallet(textFor(0, pattern!))
  expect(count(process(restarted, withNonces).psbt, INPUT.musig2PartialSig)).toBe(0)
  expect(count(process(wallets[0]!, withNonces).psbt, INPUT.musig2PartialSig)).toBe(1)
})

test('nobody is told where keys come from if that is not wanted', () => {
  const [pattern] = PATTERNS
  const wallet = createWallet(textFor(0, pattern!))
  const [spent, change] = derive(pattern!)
  const created = create(spent, change)
  const bare = { ...created, inputs: created.inputs.map((map) => map.filter(({ type }) => type === INPUT.witnessUtxo)) }
  const options = { sign: false, finalize: false, entropy }
  for (const bip32Derivs of [false, true]) {
    const { psbt } = unwrap(fillPsbt(wallet, bare, { ...options, bip32Derivs }))
    expect(count(psbt, INPUT.tapBip32Derivation)).toBe(bip32Derivs ? 4 : 0)
    expect(count(psbt, INPUT.musig2Participants)).toBe(1)
  }
})

test('a locked wallet names the participants whose keys only its secrets can derive', () => {
  const text = `tr(musig(${masters[0]!.xprv}/*h,${sharedKeys[1]!}/*))`
  const wallet = createWallet(text)
  wallet.ring.encrypt('secret', { entropy, cost: { N: 2, r: 1, p: 1 } })
  wallet.ring.lock()
  const [spent] = unwrap(deriveOutputs(unwrap(parseDescriptor(text, REGTEST)), 3))
  const created = create(spent!, spent!)
  const bare = { ...created, inputs: created.inputs.map((map) => map.filter(({ type }) => type === INPUT.witnessUtxo)) }
  const { psbt } = unwrap(fillPsbt(wallet, bare, { sign: false, finalize: false, bip32Derivs: true, entropy }))
  for (const type of [INPUT.musig2Participants, INPUT.tapBip32Derivation]) {
    expect(psbtEntries(psbt.inputs[0]!, type)).toEqual(psbtEntries(created.inputs[0]!, type))
  }
})
