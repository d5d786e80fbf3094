import { readdir, readFile, stat } from 'node:fs/promises'

import { join } from 'node:path'
import { virtualSize } from '@ply/primitives'
import { RpcError } from '@ply/rpc'
import { createRandom } from '@ply/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { createProgram } from '../program.ts'
import { usePly } from './plyFixture.ts'
import { runPly } from './runPly.ts'

const MNEMONIC = 'test test test test test test test test test test test junk'
const STRANGER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'

const fixture = usePly()
const { ply, json } = fixture

describe('a wallet on the command line', () => {
  test('is created, mines, pays, sees a reorg, and comes back from its words', async () => {
    const created = await json('create')
    expect(String(created['mnemonic']).split(' ')).toHaveLength(12)
    expect((await stat(join(fixture.datadir, 'regtest/default/seed.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(fixture.datadir, 'regtest/default/state.json'))).mode & 0o777).toBe(0o600)
    expect((await json('receive'))['address']).toBe(created['address'])

    const mined = await json('mine', '101')
    expect(mined).toMatchObject({ height: 101, spendable_sat: 5_000_000_000, address: created['address'] })
    expect(await json('balance')).toMatchObject({ confirmed_sat: 5_000_000_000, immature_sat: 500_000_000_000 })

    const trial = await json('send', STRANGER, '0.1btc', '--fee', '2sat/vB', '--dry-run')
    expect(trial).toMatchObject({ amount_sat: 10_000_000, sent: false })
    expect(fixture.node.mempool.size).toBe(0)
    expect((await json('send', STRANGER, '0.1btc', '--psbt'))['psbt']).toMatch(/^cHNidP8B/)
    const sent = await json('send', STRANGER, '0.1btc', '--fee', '2sat/vB', '--label', 'coffee')
    const fee = Number(sent['fee_sat'])
    expect(fee).toBe(2 * Number(sent['vsize']))
    expect([...fixture.node.mempool.keys()]).toEqual([sent['txid']])
    expect(await json('balance')).toMatchObject({ pending_sat: 4_990_000_000 - fee })
    await json('mine', '1', '--to', STRANGER)
    const history = await json('history', '--limit', '2')
    expect(history[0]).toMatchObject({
      txid: sent['txid'],
      kind: 'sent',
      net_sat: -10_000_000 - fee,
      fee_sat: fee,
      confirmations: 1,
      label: 'coffee',
    })

    const reorg = await json('reorg', '1', '--to', STRANGER)
    expect(reorg['disconnected']).toHaveLength(1)
    expect(reorg['connected']).toHaveLength(2)
    expect((await json('history', '--limit', '1'))[0]).toMatchObject({ txid: sent['txid'], confirmations: 2 })

    const balance = await json('balance')
    const restored = await ply(['restore', '--wallet', 'again', '--mnemonic-stdin', '--no-passphrase', '--json'], {
      stdin: `${String(created['mnemonic'])}\n`,
    })
    expect(restored.exitCode).toBe(0)
    expect(restored.stdout).not.toContain(String(created['mnemonic']))
    expect(await json('balance', '--wallet', 'again')).toEqual(balance)
    // Nothing but the wallet's two files stays behind.
    expect((await readdir(join(fixture.datadir, 'regtest/default'))).sort()).toEqual(['seed.json', 'state.json'])
  })

  test('sends everything, locks coins, shows blocks and transactions', async () => {
    await json('create')
    await json('mine', '102')
    const coins = await json('utxo')
    const [first] = coins.filter((coin) => coin['mature'] === true)
    await json('utxo', 'lock', String(first!['outpoint']))
    const swept = await json('send', STRANGER, 'all')
    expect(Number(swept['amount_sat']) + Number(swept['fee_sat'])).toBe(5_000_000_000)
    await json('utxo', 'unlock', String(first!['outpoint']))
    const chosen = await json('send', STRANGER, '1000sat', '--coins', String(first!['outpoint']))
    expect(await json('tx', String(chosen['txid']))).toMatchObject({ confirmations: 0, source: 'node' })
    const outcome = await ply(['tx', String(chosen['txid'])])
    expect(outcome.stdout).toContain(STRANGER)
    expect(await json('block')).toMatchObject({ height: 102, confirmations: 1 })
    expect(await json('block', '0')).toMatchObject({
      hash: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
    })
    expect((await ply(['utxo'])).stdout).toMatch(/\d+ mined ones that are immature: --all/)
    expect((await ply(['utxo', '--all'])).stdout).toMatch(/bcrt1q\w+ +immature/)
    expect((await ply(['history'])).stdout).toContain('mined')
    expect((await ply(['balance'])).stdout).toContain('BTC')
    expect((await ply(['block', '102'])).stdout).toContain('merkle root')
  })

  test('keeps its seed under a passphrase', async () => {
    const env = { PLY_PASSPHRASE: 'correct horse', PLY_MNEMONIC: MNEMONIC }
    expect((await ply(['restore'], { env })).exitCode).toBe(0)
    expect(await readFile(join(fixture.datadir, 'regtest/default/seed.json'), 'utf8')).not.toContain('junk')
    await ply(['mine', '101'])
    const wrong = await ply(['send', STRANGER, '1btc', '--yes'], { env: { PLY_PASSPHRASE: 'battery' } })
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('error: wrong passphrase') as string })
    const none = await ply(['send', STRANGER, '1btc', '--yes'])
    expect(none).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('PLY_PASSPHRASE') as string })
    expect(fixture.node.mempool.size).toBe(0)
    const right = await ply(['send', STRANGER, '1btc', '--yes', '--passphrase-stdin'], { stdin: 'correct horse\n' })
    expect(right.exitCode).toBe(0)
    expect(fixture.node.mempool.size).toBe(1)
  }, 60_000)

  test('starts again by itself on another chain', async () => {
    await json('create')
    await json('mine', '3')
    fixture.node.blocks.splice(1)
    fixture.node.mine(STRANGER, 1)
    expect(await json('balance')).toMatchObject({ total_sat: 0, height: 1 })
    fixture.node.blocks.splice(0, fixture.node.blocks.length, fixture.node.blocks[0]!)
    expect(await json('balance')).toMatchObject({ height: 0 })
  })

  test('two processes at once never hand out the same address', async () => {
    await json('create')
    const shown = await Promise.all(Array.from({ length: 5 }, () => json('receive', '--new')))
    expect(new Set(shown.map(({ address }) => address)).size).toBe(5)
  })

  test('shows an address without a node, and says that it is without', async () => {
    await json('create')
    const outcome = await runPly(['--datadir', fixture.datadir, 'receive'], {
      env: { PLY_RPC: 'http://u:p@127.0.0.1:1' },
    })
    expect(outcome.exitCode).toBe(0)
    expect(outcome.stdout).toMatch(/^bcrt1q\w+\n$/)
    expect(outcome.stderr).toContain('warning: cannot reach')
    const uri = await json('receive', '0.001btc', '--type', 'p2tr', '--new')
    expect(uri['uri']).toMatch(/^bitcoin:bcrt1p\w+\?amount=0.001$/)
    expect((await ply(['receive', '--qr'])).stdout).toContain('█')
    expect((await json('descriptors')).map((entry) => String(entry).slice(0, 3))).toEqual([
      'wpk',
      'wpk',
      'tr(',
      'tr(',
      'sh(',
      'sh(',
      'pkh',
      'pkh',
    ])
  })
})

describe('a payment that waits', () => {
  test('is replaced at a higher fee, twice, and keeps its label', async () => {
    await json('create')
    await json('mine', '102')
    const sent = await json('send', STRANGER, '0.1btc', '--fee', '1sat/vB', '--label', 'rent')
    const trial = await json('bump', String(sent['txid']), '--fee', '5sat/vB', '--dry-run')
    expect(trial).toMatchObject({ method: 'replacement', of: sent['txid'], old_fee_sat: sent['fee_sat'], sent: false })
    const bumped = await json('bump', String(sent['txid']), '--fee', '5sat/vB')
    expect(bumped['fee_sat']).toBe(5 * Number(bumped['vsize']))
    expect([...fixture.node.mempool.keys()]).toEqual([bumped['txid']])
    // Without a rate: what the node recommends, at least one satoshi per vbyte more.
    const again = await json('bump', String(bumped['txid']))
    expect(again['fee_sat']).toBe(6 * Number(again['vsize']))
    const history = await json('history', '--limit', '200')
    expect(history.map((entry) => entry['status']).filter((status) => status === 'replaced')).toHaveLength(2)
    expect(history.find((entry) => entry['txid'] === again['txid'])).toMatchObject({ label: 'rent', confirmations: 0 })
    expect(await ply(['bump', String(again['txid']), '--fee', '6sat/vB', '--yes'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('at least 7 sat/vB') as string,
    })
    const late = await ply(['bump', String(sent['txid']), '--yes'])
    expect(late).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not in the mempool') as string })
    await json('mine', '1')
    expect((await ply(['bump', String(again['txid']), '--yes'])).stderr).toContain('in the chain already')
  })

  test('without change is paid for by what is paid, or by a child', async () => {
    await json('create')
    await json('mine', '101')
    const sent = await json('send', STRANGER, 'all', '--fee', '1sat/vB')
    expect(await ply(['bump', String(sent['txid']), '--fee', '9sat/vB', '--yes'])).toMatchObject({ exitCode: 1 })
    const bumped = await json('bump', String(sent['txid']), '--fee', '9sat/vB', '--reduce', '0')
    expect(bumped['fee_sat']).toBe(9 * Number(bumped['vsize']))
    expect((await ply(['bump', String(bumped['txid']), '--cpfp', '--yes'])).stderr).toContain('nothing to pay a child')
  })

  test('and comes in gets a child that pays for both', async () => {
    const { address } = await json('create')
    fixture.node.mine(STRANGER, 1)
    const incoming = fixture.node.receive(String(address), 50_000n, 120n)
    const child = await json('bump', incoming, '--fee', '10sat/vB')
    expect(child).toMatchObject({ method: 'child', of: incoming, old_fee_sat: 120 })
    const size = virtualSize(fixture.node.mempool.get(incoming)!) + Number(child['vsize'])
    expect(Number(child['fee_sat']) + 120).toBeGreaterThanOrEqual(10 * size)
    expect(Number(child['fee_sat']) + 120).toBeLessThanOrEqual(10 * size + 10)
    expect(fixture.node.mempool.size).toBe(2)
    expect(await json('balance')).toMatchObject({ pending_sat: 50_000 - Number(child['fee_sat']) })
  })

  test('of every kind of address can be spent', async () => {
    await json('create')
    const types = ['p2pkh', 'p2sh-p2wpkh', 'p2wpkh', 'p2tr']
    const prefixes: Readonly<Record<string, RegExp>> = {
      p2pkh: /^[mn]/,
      'p2sh-p2wpkh': /^2/,
      p2wpkh: /^bcrt1q/,
      p2tr: /^bcrt1p/,
    }
    for (const type of types) {
      const { address } = await json('receive', '--type', type)
      expect(address).toMatch(prefixes[type]!)
      fixture.node.mine(String(address), 1)
    }
    fixture.node.mine(STRANGER, 100)
    expect(await json('balance')).toMatchObject({ spendable_sat: 20_000_000_000 })
    const sent = await json('send', STRANGER, 'all', '--fee', '3sat/vB')
    expect(fixture.node.mempool.get(String(sent['txid']))!.inputs).toHaveLength(4)
    expect(
      Math.abs(3 * virtualSize(fixture.node.mempool.get(String(sent['txid']))!) - Number(sent['fee_sat'])),
    ).toBeLessThan(9)
    expect(await ply(['receive', '--type', 'p2sh'])).toMatchObject({ exitCode: 3 })
  })
})
describe('errors', () => {
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['no wallet', ['balance'], 1, /no wallet 'default'/],
    ['unknown command', ['fly'], 3, /unknown command 'fly'/],
    ['unknown option', ['balance', '--fly'], 3, /unknown option/],
    ['missing argument', ['send'], 3, /missing required argument/],
    ['bad network', ['balance', '--network', 'moon'], 3, /unknown network 'moon'/],
    ['bad wallet name', ['balance', '--wallet', '../x'], 3, /no wallet name/],
    ['bad URL', ['balance', '--rpc', 'nowhere'], 3, /no URL/],
    ['no unit', ['send', STRANGER, '5'], 3, /say 5sat or 5btc/],
    ['no address', ['send', 'bcrt1x', '5sat'], 3, /no regtest address/],
    ['other network', ['send', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '5sat'], 3, /no regtest address/],
    ['no amount', ['send', STRANGER], 3, /how much/],
    ['bad txid', ['tx', '00'], 3, /no transaction id/],
    ['unknown tx', ['tx', '00'.repeat(32)], 1, /No such mempool/],
    ['bad block', ['block', 'x'], 3, /no block/],
    ['block too high', ['block', '7'], 1, /out of range/],
    ['nothing to decode', ['decode', '?'], 1, /not an address/],
    ['short reorg', ['reorg', '3', '--length', '2', '--to', STRANGER], 3, /more than 3/],
    ['bad mnemonic', ['restore', '--mnemonic-stdin', '--no-passphrase'], 3, /not a BIP 39 mnemonic/],
    ['no Lightning node', ['ln', 'info'], 1, /no Lightning node runs/],
  ]
  test.each(cases)('%s', async (_, argv, exitCode, words) => {
    const outcome = await ply(argv)
    expect(outcome.stderr).toMatch(words)
    expect(outcome.stderr).toMatch(/^error: /m)
    expect(outcome).toMatchObject({ exitCode, stdout: '' })
  })

  test('no node', async () => {
    await json('create')
    const outcome = await runPly(['--datadir', fixture.datadir, 'balance'], {
      env: { PLY_RPC: 'http://u:p@127.0.0.1:1' },
    })
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' })
    const noCookie = await runPly(['--datadir', fixture.datadir, 'balance', '--node-datadir', fixture.datadir])
    expect(noCookie).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('.cookie') as string })
    const refused = await runPly([
      '--datadir',
      fixture.datadir,
      'balance',
      '--rpc',
      fixture.url.replace('secret', 'guess'),
    ])
    expect(refused).toMatchObject({ exitCode: 2 })
  })

  test('nothing is sent without being confirmed, or beyond what there is', async () => {
    await json('create')
    await json('mine', '101')
    expect(await ply(['send', STRANGER, '1btc'])).toMatchObject({ exitCode: 3 })
    expect(await ply(['send', STRANGER, '51btc', '--yes'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('insufficient funds') as string,
    })
    expect(fixture.node.mempool.size).toBe(0)
    expect(await ply(['create', '--no-passphrase'])).toMatchObject({ exitCode: 1 })
  })
})

describe('Lightning', () => {
  const alice = { name: 'alice', id: '02'.repeat(33), address: '127.0.0.1:9735' }
  const bob = { name: 'bob', id: '03'.repeat(33), address: '127.0.0.1:9736' }
  const INVOICE =
    'lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql'

  beforeEach(() => {
    fixture.node.lightningNames = [alice, bob]
    let polls = 0
    const channel = (usable: boolean) => ({
      peer_id: bob.id,
      channel_id: 'cc'.repeat(32),
      short_channel_id: '103x1x0',
      state: usable ? 'normal' : 'wait-for-funding-confirmed',
      usable,
      total_msat: 1_000_000_000n,
      to_us_msat: 900_000_500n,
      spendable_msat: 890_000_000n,
      receivable_msat: 90_000_000n,
    })
    const answers: Record<
      string,
      (
        params: Record<string, unknown>,
      ) => Parameters<typeof fixture.node.lightning.set>[1] extends (...args: never[]) => infer R ? R : never
    > = {
      getinfo: () => ({ id: alice.id, alias: 'alice', num_peers: 1, blockheight: 110, network: 'regtest' }),
      newaddr: () => ({ bech32: STRANGER }),
      listfunds: () => ({ outputs: [{ amount_msat: 5000n, status: 'confirmed' }], channels: [] }),
      listpeers: () => ({ peers: [{ id: bob.id, connected: false, num_channels: 1, netaddr: [bob.address] }] }),
      connect: ({ id }) => ({ id: String(id) }),
      fundchannel: () => ({ txid: 'aa'.repeat(32), outnum: 0, channel_id: 'cc'.repeat(32) }),
      listpeerchannels: () => ({ channels: [channel(++polls > 2)] }),
      invoice: ({ amount_msat }) => ({ bolt11: INVOICE, payment_hash: '00', amount_msat: String(amount_msat) }),
      pay: () => {
        throw new RpcError(205, 'no route to the payee')
      },
      close: ({ id, force }) => ({ type: force ? 'unilateral' : 'mutual', txid: String(id) }),
      listchannels: () => ({
        channels: [{ short_channel_id: '103x1x0', source: alice.id, destination: bob.id, amount_msat: 1_000_000_000n }],
      }),
      listnodes: () => ({ nodes: [{ nodeid: bob.id, alias: 'bob' }] }),
    }
    for (const [name, answer] of Object.entries(answers)) fixture.node.lightning.set(name, answer)
  })

  test('a node must be named where several run', async () => {
    expect(await ply(['ln', 'info'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('alice, bob') as string,
    })
    expect(await ply(['ln', 'info', '--node', 'carol'])).toMatchObject({ exitCode: 1 })
    expect((await ply(['ln', 'info'], { env: { PLY_NODE: 'alice' } })).stdout).toContain('alice')
    expect((await ply(['ln', 'nodes'])).stdout).toContain(bob.id)
    expect((await json('ln', 'start', 'carol'))['name']).toBe('carol')
  })

  test('a channel is opened to a name, connected on the way, and waited for', async () => {
    const opened = await json('ln', 'open', 'bob', '1000000sat', '--push', '1000sat', '--wait', '--node', 'alice')
    expect(opened).toMatchObject({ channel_id: 'cc'.repeat(32), amount_sat: 1_000_000, push_msat: 1_000_000 })
    expect(fixture.node.calls).toContain('connect')
    expect(fixture.node.calls.filter((name) => name === 'listpeerchannels')).toHaveLength(3)
    expect((await ply(['ln', 'channels', '--node', 'alice'])).stdout).toContain('900\u202f000.500 sat')
    expect((await json('ln', 'close', 'bob', '--force', '--node', 'alice'))['type']).toBe('unilateral')
    expect((await json('ln', 'balance', '--node', 'alice'))['total_msat']).toBe(900_005_500)
    for (const command of ['peers', 'graph', 'balance', 'address', 'channels']) {
      expect(await ply(['ln', command, '--node', 'alice'])).toMatchObject({ exitCode: 0, stderr: '' })
    }
  })

  test('invoices are made, and refused for what they are', async () => {
    expect((await json('ln', 'invoice', '1000sat', 'tea', '--node', 'bob'))['amount_msat']).toBe('1000000')
    expect((await json('ln', 'invoice', 'any', '--node', 'bob'))['amount_msat']).toBe('any')
    expect(await ply(['ln', 'invoice', '1000', '--node', 'bob'])).toMatchObject({ exitCode: 3 })
    expect(await ply(['ln', 'pay', 'lnbcrt1', '--node', 'alice', '--yes'])).toMatchObject({ exitCode: 3 })
    expect(await ply(['ln', 'pay', INVOICE, '5sat', '--node', 'alice', '--yes'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('another network') as string,
    })
  })

  test('a payment that fails has an exit code of its own', async () => {
    const pay = ['ln', 'pay', INVOICE, '5sat', '--node', 'alice', '--network', 'main', '--yes']
    expect(await ply(pay)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('no route') as string })
    fixture.node.lightning.set('pay', () => {
      throw new RpcError(200, 'still in flight')
    })
    expect(await ply(pay)).toMatchObject({ exitCode: 5 })
    fixture.node.lightning.set('pay', () => ({ status: 'complete', amount_sent_msat: 5100n, payment_preimage: '11' }))
    expect((await ply(pay)).stdout).toMatch(/fee +0\.100 sat/)
  })
})

test('no command line, however odd, is more than an error with a code', async () => {
  const random = createRandom(17)
  const words = [
    ...'create restore receive balance send bump psbt sign combine history utxo lock mine reorg block tx decode ln open pay close invoice'.split(
      ' ',
    ),
    ...'--json --yes --wallet --network --fee --coins --limit --type --to --length --node -1 0 5sat all 1e9btc'.split(
      ' ',
    ),
    ...[
      '',
      ' ',
      '../..',
      '\u0000',
      '\ud800',
      '9'.repeat(400),
      STRANGER,
      `bitcoin:${STRANGER}?amount=-1`,
      '00'.repeat(32),
      '{}',
    ],
  ]
  for (let run = 0; run < 250; run++) {
    const argv = Array.from({ length: 1 + random.below(5) }, () => random.pick(words))
    const outcome = await ply(['--no-passphrase', ...argv])
    expect([0, 1, 2, 3, 4, 5], argv.join(' ')).toContain(outcome.exitCode)
    expect(outcome.stderr, argv.join(' ')).not.toContain('internal error')
    if (outcome.exitCode !== 0) expect(outcome.stdout, argv.join(' ')).toBe('')
  }
}, 60_000)

test('every command has examples in its help', () => {
  const program = createProgram({
    stdout: { write: () => undefined, isTTY: false },
    stderr: { write: () => undefined, isTTY: false },
  } as unknown as Parameters<typeof createProgram>[0])
  const visit = (command: (typeof program.commands)[number]): void => {
    let help = ''
    command.configureOutput({ writeOut: (text) => void (help += text) })
    command.outputHelp()
    expect(help, command.name()).toContain('Examples:')
    command.commands.forEach(visit)
  }
  program.commands.forEach(visit)
  expect(program.commands.length).toBeGreaterThan(12)
})
