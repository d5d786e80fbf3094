import { unwrap } from '@ply/bytes'
import { ExtendedKey, TESTNET_VERSIONS } from '@ply/crypto'
import { computeTxid, REGTEST, sats, SEQUENCE_FINAL, type Transaction, type Txid } from '@ply/primitives'
import {
  type DerivedOutput,
  deriveOutputs,
  parseDescriptor,
  SighashCache,
  STANDARD_SCRIPT_VERIFY_FLAGS,
  verifyInput,
} from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { keys, createState } from '../test/fakeChain.ts'
import { combinePsbts } from './combinePsbts.ts'
import { toPsbtVersion2 } from './convertPsbt.ts'
import { extractTransaction, finalizePsbt } from './finalizePsbt.ts'
import { createPsbt, decodePsbt, encodePsbt, type Psbt } from './psbt.ts'
import { signPsbtInput } from './signPsbt.ts'
import { signPsbt } from './signWithWallet.ts'
import { setDerivedInput, setDerivedOutput } from './updateFromDescriptor.ts'
import { setNonWitnessUtxo, setWitnessUtxo, updatePsbtInput, updatePsbtOutput } from './updatePsbt.ts'

/** Master keys; cases name them by their letters. */
const MASTERS: Readonly<Record<string, string>> = Object.fromEntries(
  ['A', 'B', 'C'].map((name, i) => [name, ExtendedKey.fromSeed(new Uint8Array(32).fill(i + 1), TESTNET_VERSIONS).xprv]),
)
const fill = (text: string): string => text.replace(/\b[ABC]\b/g, (name) => MASTERS[name]!)
const entropy = new SeededEntropy(174)

const read = (psbt: Psbt): Psbt => unwrap(decodePsbt(encodePsbt(psbt)))

/** A transaction that pays to the output, and a PSBT that spends it to another output of the same kind. */
function create(spent: DerivedOutput, change: DerivedOutput): Psbt {
  const input = { scriptSig: new Uint8Array(0), sequence: SEQUENCE_FINAL, witness: [] }
  const previous: Transaction = {
    version: 2,
    inputs: [{ ...input, prevout: { txid: new Uint8Array(32).fill(9) as Txid, index: 0 } }],
    outputs: [{ value: sats(50_000), scriptPubKey: spent.scriptPubKey }],
    lockTime: 0,
  }
  const psbt = createPsbt({
    version: 2,
    inputs: [{ ...input, prevout: { txid: computeTxid(previous), index: 0 } }],
    outputs: [{ value: sats(49_000), scriptPubKey: change.scriptPubKey }],
    lockTime: 0,
  })
  const updated = updatePsbtInput(psbt, 0, (map) =>
    setDerivedInput(setNonWitnessUtxo(setWitnessUtxo(map, previous.outputs[0]!), previous), spent),
  )
  return updatePsbtOutput(updated, 0, (map) => setDerivedOutput(map, change))
}

function checkTransaction(psbt: Psbt, spent: DerivedOutput): void {
  const { psbt: final, incomplete } = finalizePsbt(psbt)
  expect([...incomplete]).toEqual([])
  const tx = unwrap(extractTransaction(read(final)))
  const cache = new SighashCache(tx, [{ value: sats(50_000), scriptPubKey: spent.scriptPubKey }])
  expect(verifyInput({ cache, inputIndex: 0, flags: STANDARD_SCRIPT_VERIFY_FLAGS })).toMatchObject({ ok: true })
}

// How many of the keys must sign, by their place in the descriptor.
const cases: readonly (readonly [string, readonly number[]])[] = [
  ['pk(A/0/*)', [0]],
  ['pkh(A/0/*)', [0]],
  ['wpkh(A/84h/1h/0h/0/*)', [0]],
  ['sh(wpkh(A/0/*))', [0]],
  ['multi(2,A/*,B/*)', [1, 0]],
  ['sh(multi(2,A/*,B/*,C/*))', [2, 0]],
  ['wsh(pkh(A/*))', [0]],
  ['wsh(sortedmulti(2,A/*,B/*,C/*))', [0, 1]],
  ['sh(wsh(sortedmulti(1,A/*,B/*)))', [1]],
  ['tr(A/86h/1h/0h/0/*)', [0]],
  ['tr(A/*,pk(B/*))', [0]],
  ['tr(A/*,pk(B/*))', [1]],
  ['tr(A/*,{pk(B/*),{multi_a(2,A/1/*,B/1/*,C/1/*),pk(C/*)}})', [2, 4]],
  ['tr(A/*,{pk(B/*),sortedmulti_a(2,A/1/*,C/1/*)})', [2, 3]],
]

test.each(cases)('%s: created, updated, signed one by one, combined, finalized, valid', (text, signers) => {
  const descriptor = unwrap(parseDescriptor(fill(text), REGTEST))
  const [spent, change] = [7, 8].map((index) => unwrap(deriveOutputs(descriptor, index))[0]!)
  for (const version of [0, 2]) {
    const created = create(spent!, change!)
    const psbt = read(version === 2 ? toPsbtVersion2(created) : created)
    const signed = signers.map((place) => {
      const { secretKey } = spent!.keys[place]!
      return read(unwrap(signPsbtInput(psbt, 0, { secretKey: secretKey!, entropy })))
    })
    if (signers.length > 1) expect(finalizePsbt(signed[0]!).incomplete.get(0)).toBe('psbt-missing-signature')
    checkTransaction(unwrap(combinePsbts(signed)), spent!)
  }
})

test('the wallet signs for its key in a multisig with others, and for nobody else', () => {
  const account = keys.accounts[0]!
  const own = `[${account.fingerprint}/84h/1h/0h]${account.xpub}`
  const parse = (foreign: string) => unwrap(parseDescriptor(`wsh(multi(2,${own}/0/*,${foreign}/*))`, REGTEST))
  const [spent] = unwrap(deriveOutputs(parse(MASTERS['B']!), 3))
  const psbt = create(spent!, spent!)
  const signed = signPsbt(psbt, { state: createState(), keys, entropy })
  expect(signed).toMatchObject({ signed: 1, refused: new Map() })
  const other = unwrap(signPsbtInput(psbt, 0, { secretKey: spent!.keys[1]!.secretKey!, entropy }))
  checkTransaction(unwrap(combinePsbts([signed.psbt, other])), spent!)
  // The fingerprint alone proves nothing.
  const [stranger] = unwrap(
    deriveOutputs(unwrap(parseDescriptor(`wpkh([${account.fingerprint}/1h]${MASTERS['C']!}/0)`, REGTEST)), 0),
  )
  expect(signPsbt(create(stranger!, stranger!), { state: createState(), keys, entropy }).signed).toBe(0)
})
