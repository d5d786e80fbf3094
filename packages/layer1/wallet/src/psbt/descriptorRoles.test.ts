import { unwrap } from '@ply/bytes'
import { REGTEST } from '@ply/primitives'
import { deriveOutputs, parseDescriptor } from '@ply/script'
import { expect, test } from 'vitest'
import { checkTransaction, create, entropy, fill, MASTERS, read } from '../test/descriptorPsbt.ts'
import { createState, keys } from '../test/fakeChain.ts'
import { combinePsbts } from './combinePsbts.ts'
import { toPsbtVersion2 } from './convertPsbt.ts'
import { finalizePsbt } from './finalizePsbt.ts'
import { signPsbtInput } from './signPsbt.ts'
import { signPsbt } from './signWithWallet.ts'

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
