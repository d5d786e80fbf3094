import { hash160 } from '@ply/crypto'
import { sats, type Transaction } from '@ply/primitives'
import { createMultisig, createNullData, createP2a, createP2sh, createScript, OP_CHECKSIG, OP_1 } from '@ply/script'
import { beforeEach, describe, expect, it } from 'vitest'
import { Mempool, type MempoolOptions } from '../index.ts'
import {
  ANYONE,
  mustAccept,
  OP_TRUE,
  outputOf,
  reasonOf,
  spend,
  type SpendFields,
  TestChain,
  wsh,
} from '../test/testChain.ts'

let chain: TestChain
let pool: Mempool
beforeEach(() => {
  chain = new TestChain()
  pool = new Mempool()
})

const offer = (tx: Transaction, options?: Parameters<Mempool['accept']>[2]) => pool.accept(tx, chain.context, options)
const reason = (tx: Transaction, options?: Parameters<Mempool['accept']>[2]) => reasonOf(offer(tx, options))
const spendNew = (fields: SpendFields = {}, coin: Parameters<TestChain['mint']>[1] = {}) =>
  spend([chain.mint(100_000, coin)], fields)
const withOptions = (options: Partial<MempoolOptions>) => (pool = new Mempool(options))
const key = (n: number): Uint8Array => Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 2 : n))
const dust = { value: 1, script: ANYONE }

describe('the form of a transaction', () => {
  it('takes a plain payment', () => {
    expect(offer(spendNew())).toMatchObject({ ok: true, value: { entry: { fee: 1000n, vsize: 96 }, replaced: [] } })
  })

  it.each<[string, () => Transaction]>([
    ['bad-txns-vin-empty', () => spend([])],
    ['bad-txns-vout-empty', () => spendNew({ outputs: [] })],
    ['bad-txns-vout-negative', () => spendNew({ outputs: [-1] })],
    ['bad-txns-inputs-duplicate', () => spend(new Array(2).fill(chain.mint()))],
    ['coinbase', () => coinbase()],
    ['version', () => spendNew({ version: 4 })],
    ['version', () => spendNew({ version: 0 })],
    ['tx-size', () => spendNew({ outputs: [], witness: [new Uint8Array(400_000)] }, {})],
    ['scriptsig-size', () => spendNew({ scriptSig: new Uint8Array(1651) })],
    ['scriptsig-not-pushonly', () => spendNew({ scriptSig: Uint8Array.of(0x76) })],
    ['scriptpubkey', () => spendNew({ outputs: [{ value: 1000, script: OP_TRUE }] })],
    ['scriptpubkey', () => spendNew({ outputs: [{ value: 1000, script: createMultisig(1, [1, 2, 3, 4].map(key)) }] })],
    ['dust', () => spendNew({ outputs: [dust, dust] })],
    ['dust', () => spendNew({ outputs: [90_000, dust] })],
    ['tx-size-small', () => spendNew({ outputs: [{ value: 1000, script: createP2a() }] }, { script: createP2a() })],
    ['non-final', () => spendNew({ lockTime: 122, sequence: 0 })],
    ['bad-txns-inputs-missingorspent', () => spend([{ ...chain.mint(), index: 7 }])],
    ['non-BIP68-final', () => spendNew({ sequence: 121 })],
    ['bad-txns-premature-spend-of-coinbase', () => spendNew({}, { coinbase: true, height: 22 })],
    ['bad-txns-in-belowout', () => spendNew({ outputs: [100_001] })],
    ['bad-txns-nonstandard-inputs', () => spendNew({}, { script: OP_TRUE })],
    ['bad-txns-nonstandard-inputs', () => spendNew({}, { script: Uint8Array.of(0x52, 0x02, 1, 2) })],
    ['bad-txns-nonstandard-inputs', () => spendNew({ witness: [] }, { script: createP2sh(new Uint8Array(20)) })],
    ['bad-witness-nonstandard', () => spendNew({ witness: [new Uint8Array(81), OP_TRUE] })],
    ['bad-witness-nonstandard', () => spendNew({ outputs: [90_000, 1000] }, { script: createP2a() })],
    ['min relay fee not met', () => spendNew({ outputs: [99_991] })],
  ])('%s', (code, create) => {
    const tx = create()
    const padded = code === 'tx-size' ? { ...tx, outputs: [{ value: sats(1000), scriptPubKey: ANYONE }] } : tx
    expect(reason(padded)).toBe(code)
    expect(pool.size).toBe(0)
  })

  function coinbase(): Transaction {
    const prevout = { txid: new Uint8Array(32) as never, index: 0xffffffff }
    return spend([prevout], { scriptSig: Uint8Array.of(1, 1), witness: [] })
  }

  it('accepts what is just inside the limits', () => {
    expect(reason(spendNew({ lockTime: 120, sequence: 0 }))).toBe('ok')
    expect(reason(spendNew({ sequence: 120 }))).toBe('ok')
    expect(reason(spendNew({}, { coinbase: true, height: 21 }))).toBe('ok')
    expect(reason(spendNew({ outputs: [99_990] }))).toBe('ok')
    expect(reason(spendNew({ outputs: [99_000], version: 3 }))).toBe('ok')
    expect(reason(spendNew({ witness: [], outputs: [90_000, 1000] }, { script: createP2a() }))).toBe('ok')
  })

  it('knows what is there already', () => {
    const tx = spendNew()
    expect(reason(tx)).toBe('ok')
    expect(reason(tx)).toBe('txn-already-in-mempool')
    const other = { ...tx, inputs: tx.inputs.map((input) => ({ ...input, witness: [OP_TRUE, OP_TRUE] })) }
    expect(reason(other)).toBe('txn-same-nonwitness-data-in-mempool')
    chain.connect(pool, [tx])
    expect(reason(tx)).toBe('txn-already-known')
  })

  it('limits data, bare multisig and the fee as the operator says', () => {
    const data = () => spendNew({ outputs: [{ value: 0, script: createNullData(new Uint8Array(40)) }] })
    const multisig = () => spendNew({ outputs: [{ value: 1000, script: createMultisig(1, [key(1), key(2)]) }] })
    expect(reason(data())).toBe('ok')
    expect(reason(multisig())).toBe('ok')
    withOptions({ maxDatacarrierBytes: 41 })
    expect(reason(data())).toBe('datacarrier')
    withOptions({ maxDatacarrierBytes: undefined, permitBareMultisig: false })
    expect(reason(data())).toBe('datacarrier')
    expect(reason(multisig())).toBe('bare-multisig')
    expect(reason(spendNew(), { maxFeeRate: 1000n })).toBe('max feerate exceeded')
    withOptions({ requireStandard: false })
    expect(reason(spendNew({ version: 7, outputs: [1000, { value: 1, script: OP_TRUE }] }))).toBe('ok')
  })

  it('counts signature operations', () => {
    const script = createScript([...new Array<number>(16).fill(OP_CHECKSIG), OP_1])
    const scriptSig = createScript([script])
    const tx = spendNew({ scriptSig, witness: [] }, { script: createP2sh(hash160(script)) })
    expect(offer(tx)).toMatchObject({ error: { message: 'p2sh redeemscript sigops exceed limit (input 0: 16 > 15)' } })
    const heavy = Array.from({ length: 10 }, () => createMultisig(1, [1, 2, 3].map(key)))
    const outputs = Array.from({ length: 21 }, () => heavy)
      .flat()
      .map((s) => ({ value: 200, script: s }))
    withOptions({ dustFeeRate: 0n })
    expect(reason(spendNew({ outputs }))).toBe('bad-txns-too-many-sigops')
  })
})

describe('scripts', () => {
  const FALSE = Uint8Array.of(0)
  it('names the script error', () => {
    const tx = spendNew({ witness: [FALSE] }, { script: wsh(FALSE) })
    expect(offer(tx)).toMatchObject({
      error: {
        failure: 'not-standard',
        reason:
          'mempool-script-verify-flag-failed (Script evaluated without error but finished with a false/empty top stack element)',
      },
    })
  })

  it('tells a stripped witness apart', () => {
    expect(offer(spendNew({ witness: [] }))).toMatchObject({
      error: {
        failure: 'witness-stripped',
        reason: 'mempool-script-verify-flag-failed (Witness program was passed an empty witness)',
      },
    })
  })
})

describe('replacement', () => {
  const coin = () => chain.mint(1_000_000)

  it('replaces what pays less, with its descendants', () => {
    const prevout = coin()
    const first = mustAccept(pool, chain, spend([prevout], { outputs: [999_000] })).entry
    const child = mustAccept(pool, chain, spend([outputOf(first.tx)], { outputs: [998_000] })).entry
    const result = offer(spend([prevout], { outputs: [990_000] }))
    expect(result.ok && [...result.value.replaced].map((entry) => entry.key).sort()).toEqual(
      [first.key, child.key].sort(),
    )
    expect(pool.size).toBe(1)
  })

  it('asks for the fees replaced and the own relay', () => {
    const prevout = coin()
    mustAccept(pool, chain, spend([prevout], { outputs: [990_000] }))
    expect(reason(spend([prevout], { outputs: [990_001] }))).toBe('insufficient fee')
    expect(reason(spend([prevout], { outputs: [989_995] }))).toBe('insufficient fee')
    expect(reason(spend([prevout], { outputs: [980_000] }), { allowReplacement: false })).toBe(
      'bip125-replacement-disallowed',
    )
    expect(reason(spend([prevout], { outputs: [989_990] }))).toBe('ok')
  })

  it('asks for a better feerate, not only for more fees', () => {
    const prevout = coin()
    mustAccept(pool, chain, spend([prevout], { outputs: [990_000] }))
    const large = Array.from({ length: 100 }, () => 5000)
    expect(reason(spend([prevout], { outputs: [...large, 30_000] }))).toBe('ok')
    const other = coin()
    mustAccept(pool, chain, spend([other], { outputs: [990_000] }))
    expect(reason(spend([other], { outputs: [...large, 489_000] }))).toBe('replacement-failed')
  })

  it('refuses to depend on what it replaces', () => {
    const prevout = coin()
    const first = mustAccept(pool, chain, spend([prevout], { outputs: [999_000] })).entry.tx
    expect(reason(spend([prevout, outputOf(first)], { outputs: [1_900_000] }))).toBe('bad-txns-spends-conflicting-tx')
  })

  it('touches at most a hundred clusters', () => {
    const prevouts = Array.from({ length: 101 }, coin)
    for (const prevout of prevouts) mustAccept(pool, chain, spend([prevout], { outputs: [999_000] }))
    expect(reason(spend(prevouts, { outputs: [50_000_000] }))).toBe('too many potential replacements')
    expect(reason(spend(prevouts.slice(1), { outputs: [50_000_000] }))).toBe('ok')
    expect(pool.size).toBe(2)
  })
})

describe('clusters', () => {
  it('hold at most 64 transactions', () => {
    let tx = spend([chain.mint(10_000_000)], { outputs: [9_990_000] })
    for (let n = 1; n <= 64; n++) {
      expect(reason(tx)).toBe('ok')
      tx = spend([outputOf(tx)], { outputs: [9_990_000 - 1000 * n] })
    }
    expect(reason(tx)).toBe('too-large-cluster')
  })

  it('hold at most 101 kvB', () => {
    const data = { value: 0, script: createNullData(new Uint8Array(60_000)) }
    const parent = spend([chain.mint(10_000_000)], { outputs: [9_000_000, data] })
    expect(reason(parent)).toBe('ok')
    expect(reason(spend([outputOf(parent)], { outputs: [8_000_000, data] }))).toBe('too-large-cluster')
    expect(reason(spend([outputOf(parent)], { outputs: [8_000_000] }))).toBe('ok')
  })
})

describe('TRUC (BIP 431)', () => {
  const v3 = (prevouts: Parameters<typeof spend>[0], outputs: SpendFields['outputs'] = [90_000]) =>
    spend(prevouts, { version: 3, outputs })

  it('does not mix with other versions', () => {
    const three = v3([chain.mint()])
    const two = spend([chain.mint()])
    mustAccept(pool, chain, three)
    mustAccept(pool, chain, two)
    expect(reason(spend([outputOf(three)], { outputs: [80_000] }))).toBe('TRUC-violation')
    expect(reason(v3([outputOf(two)]))).toBe('TRUC-violation')
  })

  it('allows one parent and one child, both small', () => {
    const parent = v3([chain.mint()], [40_000, 40_000])
    mustAccept(pool, chain, parent)
    const data = { value: 0, script: createNullData(new Uint8Array(1000)) }
    expect(reason(v3([outputOf(parent)], [30_000, data]))).toBe('TRUC-violation')
    const child = v3([outputOf(parent)], [39_000])
    mustAccept(pool, chain, child)
    expect(reason(v3([outputOf(child)], [30_000]))).toBe('TRUC-violation')
    // A second child may push out the first one, if it pays.
    expect(reason(v3([outputOf(parent, 1)], [39_500]))).toBe('insufficient fee (including sibling eviction)')
    expect(reason(v3([outputOf(parent, 1)], [20_000]))).toBe('ok')
    expect(pool.size).toBe(2)
    const huge = { value: 0, script: createNullData(new Uint8Array(10_000)) }
    expect(reason(v3([chain.mint()], [10_000, huge]))).toBe('TRUC-violation')
  })
})
