import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { createMultisig } from '@ply/script'
import { mineBlock } from '@ply/mining'
import {
  type Block,
  computeBlockHash,
  computeMerkleRoot,
  computeTxid,
  decodeBlock,
  encodeBlock,
  encodeHeader,
  hashToDisplay,
  sats,
  type Transaction,
} from '@ply/primitives'
import type { Json } from '@ply/rpc'
import { hexOf, idOf, OPEN_ADDRESS, OPEN_SCRIPT, openOutput, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const PUBLIC_NODE =
  'tpubD6NzVbkrYhZ4XgiXtGrdW5XDAPFCL9h7we1vwNCpn8tGbBcgfVYjXyhWo4E1xkh56hjod1RhGjxbaTLV3X4FyWuejifB9jusQ46QzG87VKp'
const unknown = 'ab'.repeat(32)
const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)
const failure = (...params: Parameters<TestNode['failure']>): Promise<string> => node.failure(...params)

describe('transactions', () => {
  test('from the mempool into a block, seen from all sides', async () => {
    const tx = spend(await node.coinbase(1), 20_000n)
    const child = spend(tx, 10_000n)
    expect(await call('testmempoolaccept', [hexOf(tx)])).toEqual([
      expect.objectContaining({
        txid: idOf(tx),
        allowed: true,
        vsize: 96,
        fees: expect.objectContaining({ base: 0.0002 }) as object,
      }),
    ])
    expect(await call('sendrawtransaction', hexOf(tx))).toBe(idOf(tx))
    expect(await call('sendrawtransaction', hexOf(tx))).toBe(idOf(tx))
    await call('sendrawtransaction', hexOf(child))
    expect(await call('getrawmempool')).toEqual([idOf(tx), idOf(child)])
    expect(await call('getmempoolentry', idOf(child))).toMatchObject({
      ancestorcount: 2,
      depends: [idOf(tx)],
      fees: { base: 0.0001 },
    })
    expect(await call('getmempoolancestors', idOf(child))).toEqual([idOf(tx)])
    expect(await call('getmempooldescendants', idOf(tx))).toEqual([idOf(child)])
    expect(await call('gettxspendingprevout', [{ txid: idOf(tx), vout: 0 }])).toEqual([
      { txid: idOf(tx), vout: 0, spendingtxid: idOf(child) },
    ])
    expect(await call('getmempoolinfo')).toMatchObject({ loaded: true, size: 2, total_fee: 0.0003 })
    expect(await call('gettxout', idOf(child), 0)).toMatchObject({ confirmations: 0, coinbase: false })
    expect(await call('gettxout', idOf(tx), 0)).toBeNull()
    expect(await call('getrawtransaction', idOf(tx))).toBe(hexOf(tx))

    await node.mine(1)
    const shown = await call('getrawtransaction', idOf(tx), 2)
    expect(shown).toMatchObject({
      confirmations: 1,
      fee: 0.0002,
      vin: [{ prevout: { generated: true, height: 1, value: 50 } }],
    })
    expect(await call('decoderawtransaction', hexOf(tx))).not.toHaveProperty('hex')
    const { blockhash } = shown as { blockhash: string }
    expect(await call('getrawtransaction', idOf(child), true, blockhash)).toMatchObject({
      in_active_chain: true,
      blockhash,
    })
    expect(await failure('sendrawtransaction', hexOf(child))).toBe('-27 Transaction outputs already in utxo set')
  })

  test('a replacement pays more, a package carries a parent that pays nothing', async () => {
    const parent = await node.coinbase(2)
    await call('sendrawtransaction', hexOf(spend(parent, 1000n)))
    expect(await failure('sendrawtransaction', hexOf(spend(parent, 1001n)))).toMatch(
      /^-26 insufficient fee, rejecting replacement/,
    )
    await call('sendrawtransaction', hexOf(spend(parent, 5000n)))
    expect(await call('getrawmempool')).toEqual([idOf(spend(parent, 5000n))])
    await node.mine(1)

    const poor = { ...spend(await node.coinbase(3), 0n), version: 3 as const }
    const rich = { ...spend(poor, 3000n), version: 3 as const }
    expect(await call('submitpackage', [hexOf(poor), hexOf(rich)])).toMatchObject({ package_msg: 'success' })
    await node.mine(1)
    expect(await call('getrawmempool')).toEqual([])
  })

  test.each([
    ['sendrawtransaction', ['00ff'], '-22 TX decode failed. Make sure the tx has at least one input.'],
    ['sendrawtransaction', ['zz'], '-22 TX decode failed. Make sure the tx has at least one input.'],
    ['testmempoolaccept', [[]], '-8 Array must contain between 1 and 25 transactions.'],
    ['testmempoolaccept', [['ff00baar']], '-22 TX decode failed: ff00baar Make sure the tx has at least one input.'],
    ['testmempoolaccept', [['00'], 1], '-8 Fee rates larger than or equal to 1BTC/kvB are not accepted'],
    [
      'getrawtransaction',
      [unknown],
      '-5 No such mempool or blockchain transaction. Use gettransaction for wallet transactions.',
    ],
    ['getmempoolentry', [unknown], '-5 Transaction not in mempool'],
  ])('%s %j fails', async (method, params, expected) => {
    expect(await failure(method, ...(params as Json[]))).toBe(expected)
  })

  test('what the mempool refuses comes with its reason', async () => {
    const coinbase = await node.coinbase(4)
    const greedy = { ...spend(coinbase), outputs: [openOutput(coinbase.outputs[0]!.value + 1n)] }
    expect(await failure('sendrawtransaction', hexOf(greedy))).toBe(
      '-26 bad-txns-in-belowout, value in (50.00) < value out (50.00000001)',
    )
    const orphan = spend(spend(coinbase))
    expect(await failure('sendrawtransaction', hexOf(orphan))).toBe('-25 bad-txns-inputs-missingorspent')
    expect(await call('testmempoolaccept', [hexOf(orphan)])).toMatchObject([
      { allowed: false, 'reject-reason': 'missing-inputs' },
    ])
    expect(await failure('sendrawtransaction', hexOf(spend(coinbase, 100_000_000n)))).toBe(
      '-25 Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)',
    )
    const young = spend(await node.coinbase(node.node.chain.tip.height))
    expect(await failure('sendrawtransaction', hexOf(young))).toMatch(/^-26 bad-txns-premature-spend-of-coinbase/)
  })

  test('what is wrong with a transaction comes before what its sender would not pay', async () => {
    const rich = spend(await node.coinbase(6), 100_000_000n)
    const wrong = { ...rich, inputs: rich.inputs.map((input) => ({ ...input, witness: [Uint8Array.of(0x52)] })) }
    expect(await failure('sendrawtransaction', hexOf(wrong))).toMatch(
      /^-26 mempool-script-verify-flag-failed \(Witness program hash mismatch\)/,
    )
    // A chain of two: once a fee is too high to be meant, nothing is said of what follows.
    const verdicts = await call('testmempoolaccept', [hexOf(rich), hexOf(spend(rich))])
    expect(verdicts).toEqual([
      expect.objectContaining({ txid: idOf(rich), allowed: false, 'reject-reason': 'max-fee-exceeded' }),
      { txid: idOf(spend(rich)), wtxid: expect.any(String) as string },
    ])
    expect((await call('testmempoolaccept', [hexOf(spend(spend(rich)))])) as object[]).toEqual([
      expect.not.objectContaining({ 'reject-details': expect.anything() as string }),
    ])
  })

  test('the highest fee is rounded up, and is over the bytes, not the signature operations', async () => {
    const coinbase = await node.coinbase(6)
    // 96 vbytes at 1001 sat/kvB: 96.096, so 97 are meant.
    expect(await failure('sendrawtransaction', hexOf(spend(coinbase, 98n)), 0.00001001)).toMatch(/^-25 Fee exceeds/)
    expect(await call('testmempoolaccept', [hexOf(spend(coinbase, 97n))], 0.00001001)).toMatchObject([
      { allowed: true },
    ])
    expect(await failure('sendrawtransaction', hexOf(spend(coinbase, 97n)), 0.00001001)).toBe('no error')
    await node.mine(1)

    const many = spend(await node.coinbase(7), 5000n)
    const multisig = createMultisig(1, [hexToBytes(`02${'11'.repeat(32)}`)])
    const heavy: Transaction = { ...many, outputs: [...many.outputs, { value: sats(2000), scriptPubKey: multisig }] }
    expect(await call('testmempoolaccept', [hexOf(heavy)], 0.00012)).toMatchObject([{ allowed: true, vsize: 400 }])
    expect(await failure('sendrawtransaction', hexOf(heavy), 0.00012)).toMatch(/^-25 Fee exceeds/)
  })

  test('coins are not burnt by mistake, nor by a script that only looks spendable', async () => {
    const tx = spend(await node.coinbase(7))
    for (const script of ['6a', '4c', 'ba51']) {
      const outputs = [...tx.outputs, { value: sats(1), scriptPubKey: hexToBytes(script) }]
      const burn = hexOf({ ...tx, outputs })
      const message = '-25 Unspendable output exceeds maximum configured by user (maxburnamount)'
      expect(await failure('sendrawtransaction', burn)).toBe(message)
      expect(await failure('submitpackage', [burn])).toBe(message)
    }
    const little = { ...tx, outputs: [...tx.outputs, { value: sats(1), scriptPubKey: hexToBytes('6a') }] }
    expect(await failure('sendrawtransaction', hexOf(little), 0.1, 0.00000001)).toBe('no error')
    await node.mine(1)
  })

  test('scripts and addresses', async () => {
    expect(await call('decodescript', '76a914000000000000000000000000000000000000000088ac')).toMatchObject({
      asm: 'OP_DUP OP_HASH160 0000000000000000000000000000000000000000 OP_EQUALVERIFY OP_CHECKSIG',
      type: 'pubkeyhash',
      segwit: { type: 'witness_v0_keyhash' },
    })
    expect(await call('validateaddress', OPEN_ADDRESS)).toMatchObject({
      isvalid: true,
      iswitness: true,
      isscript: true,
    })
    expect(await call('validateaddress', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2')).toMatchObject({ isvalid: false })
    expect(await call('estimatesmartfee', 6)).toEqual({ feerate: 0.0002, blocks: 6 })
    expect(await failure('estimatesmartfee', 0)).toMatch(/^-8 Invalid conf_target/)
  })
})

describe('mining', () => {
  test('generateblock takes what it is told, submitblock says how it was taken', async () => {
    const tx = spend(await node.coinbase(5))
    const made = (await call('generateblock', OPEN_ADDRESS, [hexOf(tx)], false)) as { hash: string; hex: string }
    expect(await call('getbestblockhash')).not.toBe(made.hash)
    expect(await call('submitblock', made.hex)).toBeNull()
    expect(await call('getbestblockhash')).toBe(made.hash)
    expect(await call('submitblock', made.hex)).toBe('duplicate')
    expect(await failure('submitblock', 'ff')).toBe('-22 Block decode failed')
    expect(await failure('generateblock', OPEN_ADDRESS, [unknown])).toBe(`-5 Transaction ${unknown} not in mempool.`)
    for (const submit of [true, false]) {
      const orphan = hexOf(spend(spend(tx)))
      expect(await failure('generateblock', OPEN_ADDRESS, [orphan], submit)).toMatch(
        /^-25 TestBlockValidity failed: bad-txns-inputs-missingorspent/,
      )
    }
    const early = { ...spend(await node.coinbase(8)), lockTime: 10_000 }
    expect(await failure('generateblock', OPEN_ADDRESS, [hexOf(early)])).toMatch(
      /^-25 TestBlockValidity failed: bad-txns-nonfinal/,
    )
    expect(await call('getmininginfo')).toMatchObject({ chain: 'regtest', pooledtx: 0 })
  })

  test('a submitted block may lack the witness reserved value, and may be as large as a block can be', async () => {
    const made = (await call('generateblock', OPEN_ADDRESS, [], false)) as { hash: string; hex: string }
    const block = unwrap(decodeBlock(hexToBytes(made.hex)))
    const bare = block.transactions.map((tx) => ({
      ...tx,
      inputs: tx.inputs.map((input) => ({ ...input, witness: [] })),
    }))
    expect(await call('submitblock', bytesToHex(encodeBlock({ ...block, transactions: bare })))).toBeNull()
    expect(await call('getbestblockhash')).toBe(made.hash)

    const [coinbase] = block.transactions
    const padding = { value: sats(0), scriptPubKey: new Uint8Array(4_000_000) }
    const large = { ...coinbase!, outputs: [...coinbase!.outputs, padding] }
    const text = bytesToHex(encodeBlock({ ...block, transactions: [large] }))
    expect(await call('submitblock', text)).toBe('bad-txnmrklroot')
    expect(await failure('sendrawtransaction', hexOf(large), 0)).toBe('-26 bad-txns-oversize')
  })

  const submit = (block: Block): Promise<unknown> => call('submitblock', bytesToHex(encodeBlock(block)))
  const mineOn = async (previous: typeof node.node.chain.tip, script = OPEN_SCRIPT): Promise<Block> =>
    (await node.node.miner.mine({ scriptPubKey: script, packages: [], previous }))!

  /** Its coinbase takes a satoshi too much. */
  function greedy({ header, transactions: [coinbase, ...rest] }: Block): Block {
    const [reward, ...others] = coinbase!.outputs
    const outputs = [{ ...reward!, value: sats(reward!.value + 1n) }, ...others]
    const transactions = [{ ...coinbase!, outputs }, ...rest]
    return mineBlock({
      header: { ...header, merkleRoot: computeMerkleRoot(transactions.map(computeTxid)).root, nonce: 0 },
      transactions,
    })!
  }

  test('a bad block is refused again when it comes again, a block aside is inconclusive once', async () => {
    const { tip } = node.node.chain
    const bad = greedy(await mineOn(tip))
    for (const _ of [1, 2]) expect(await submit({ ...bad, transactions: [] })).toBe('bad-txnmrklroot')
    expect(await submit(bad)).toBe('bad-cb-amount')
    expect(await submit(bad)).toBe('duplicate-invalid')
    expect(await submit(await mineOn(tip))).toBeNull()
    const aside = await mineOn(tip, Uint8Array.of(0x51))
    expect(await submit(aside)).toBe('inconclusive')
    expect(await submit(aside)).toBe('duplicate')
  })

  test('a block that was valid is accepted, though a bad one above it leads back to the old tip', async () => {
    const { chain } = node.node
    const start = chain.tip
    const aside = Uint8Array.of(0x51)
    await node.mine(2)
    const best = await call('getbestblockhash')
    const first = await mineOn(start, aside)
    expect(await submit(first)).toBe('inconclusive')
    const second = await mineOn(chain.find(computeBlockHash(first.header))!, aside)
    expect(await call('submitheader', bytesToHex(encodeHeader(second.header)))).toBeNull()
    const third = greedy(await mineOn(chain.find(computeBlockHash(second.header))!, aside))
    expect(await submit(third)).toBe('inconclusive')
    expect(await submit(second)).toBeNull()
    expect(await call('getbestblockhash')).toBe(best)
    expect(await call('getchaintips')).toContainEqual(
      expect.objectContaining({ hash: hashToDisplay(computeBlockHash(third.header)), status: 'invalid' }),
    )
  })

  test('blocks for a descriptor', async () => {
    const key = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
    for (const descriptor of [`wpkh(${key})`, `pkh(${key})`, `sh(wpkh(${key}))`, `tr(${key})`, `raw(51)`]) {
      const before = (await call('scantxoutset', 'start', [descriptor])) as { unspents: unknown[] }
      await call('generatetodescriptor', 1, descriptor)
      const after = (await call('scantxoutset', 'start', [descriptor])) as { unspents: unknown[] }
      expect(after.unspents.length).toBe(before.unspents.length + 1)
    }
    const before = node.node.chain.tip.height
    await node.jsonByName('generatetodescriptor', { num_blocks: 2, descriptor: 'raw(51)' })
    expect(await call('getblockcount')).toBe(before + 2)
    expect(await failure('generatetoaddress', 1, 'nonsense')).toBe('-5 Error: Invalid address')
    expect(await failure('generatetodescriptor', 1, 'wpkh(00)')).toBe("-5 wpkh(): Pubkey '00' is invalid")
    expect(await failure('generateblock', '1234', [])).toBe('-5 Error: Invalid address or descriptor')
    const ranged = `wpkh(${PUBLIC_NODE}/0/*)`
    expect(await failure('generateblock', ranged, [])).toBe(
      '-8 Ranged descriptor not accepted. Maybe pass through deriveaddresses first?',
    )
    expect(await failure('generatetodescriptor', 1, `pkh(${PUBLIC_NODE}/0'/0)`)).toBe(
      '-5 Cannot derive script without private keys',
    )
    expect(await failure('generateblock', OPEN_ADDRESS, ['0000'])).toBe(
      '-22 Transaction decode failed for 0000. Make sure the tx has at least one input.',
    )
    expect(await failure('generate')).toMatch(/^-32601 .*\n*.*has been replaced by the -generate cli option/s)
  })

  test('a header may come before its block', async () => {
    const { hex: text, hash } = (await call('generateblock', OPEN_ADDRESS, [], false)) as { hex: string; hash: string }
    expect(await call('submitheader', text.slice(0, 160))).toBeNull()
    expect(await call('getchaintips')).toContainEqual(expect.objectContaining({ hash, status: 'headers-only' }))
    expect(await failure('getblock', hash)).toBe('-1 Block not available (not fully downloaded)')
    expect(await failure('submitheader', '00'.repeat(80))).toMatch(/^-25 Must submit previous header/)
    expect(await call('submitblock', text)).toBeNull()
  })

  test('reorg bounds', async () => {
    expect(await failure('reorg', 0)).toBe('-1 JSON integer out of range')
    expect(await failure('reorg', 5000)).toMatch(/^-8 The chain has only/)
    expect(await call('reorg', 3, 2)).toMatchObject({ active: false, disconnected: [], connected: [] })
  })
})
