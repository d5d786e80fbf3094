// What calls can be made of: hashes, transactions, addresses … of the scenario, as JSON text.
import { KEYS, OPEN_SCRIPT } from './locks.mjs'

const json = (value) => JSON.stringify(value)
const list = (...items) => `[${items.join(',')}]`

/** Collects everything that arguments are drawn from. Each list holds JSON texts. */
export async function collectFacts(scenario) {
  const { twins } = scenario
  const height = await twins.need('getblockcount')
  const heights = [0, 1, 10, 120, 150, height - 100, height - 5, height - 4, height - 3, height - 1, height]
  const hashes = []
  for (const at of heights) hashes.push(await twins.need('getblockhash', at))
  const blocks = [...hashes, ...scenario.stale]
  const { hex: unknownBlock } = await twins.need('generateblock', scenario.addresses[0], [], false)
  const made = Object.entries(scenario.raw)
  const confirmed = made.filter(([name]) => name.startsWith('confirmed')).map(([, tx]) => tx)
  const [coinbase] = (await twins.need('getblock', hashes[3])).tx
  const psbts = await collectPsbts(scenario)
  const proofs = [await twins.need('gettxoutproof', [confirmed[0].txid])]
  proofs.push(
    await twins.need(
      'gettxoutproof',
      confirmed.slice(0, 5).map(({ txid }) => txid),
    ),
  )
  const raws = made.map(([, { hex }]) => hex)
  return {
    heights: heights.map(json),
    hashes: blocks.map(json),
    confirmed: confirmed.map(({ txid }) => json(txid)),
    waiting: made.filter(([name]) => !name.startsWith('confirmed')).map(([, { txid }]) => json(txid)),
    wtxids: made.map(([, { wtxid }]) => json(wtxid)),
    txids: [...made.map(([, { txid }]) => json(txid)), json(coinbase)],
    raws: raws.map(json),
    blockHex: [json(unknownBlock), json(await twins.need('getblock', hashes[5], 0)), json(unknownBlock.slice(0, 160))],
    scripts: [
      OPEN_SCRIPT,
      ...Object.values(scenario.scripts),
      '',
      '6a',
      '6a0568656c6c6f',
      '00',
      'ff',
      '4c',
      '76a9',
    ].map(json),
    addresses: [...scenario.addresses, ...ODD_ADDRESSES].map(json),
    descriptors: [...scenario.descriptors, ...ODD_DESCRIPTORS].map(json),
    ranged: [await scenario.describe(RANGED), await scenario.describe(MULTIPATH)].map(json),
    keys: KEYS.map(json),
    publicKeys: scenario.publicKeys.map(json),
    psbts: psbts.map(json),
    proofs: proofs.map(json),
    subnets: SUBNETS.map(json),
    nodes: NODES.map(json),
    messages: ['', 'hello', 'ünïcödé ☃ 𝄞', 'x'.repeat(300)].map(json),
    outpoints: made.flatMap(([, { txid }]) => [0, 1, 7].map((vout) => `{"txid":"${txid}","vout":${vout}}`)),
    outputs: [
      list(`{"${scenario.addresses[0]}":0.1}`, '{"data":"00ff"}'),
      `{"${scenario.addresses[1]}":1.23456789,"${scenario.addresses[2]}":"0.5"}`,
      '{}',
      '[]',
      '{"data":"zz"}',
      `{"${scenario.addresses[0]}":1e-8}`,
      `{"${scenario.addresses[0]}":-1}`,
      `{"${scenario.addresses[0]}":21000001}`,
      `[{"${scenario.addresses[0]}":1},{"${scenario.addresses[0]}":1}]`,
      '{"nobody":1}',
      '{"data":"00","data":"01"}',
    ],
  }
}

async function collectPsbts(scenario) {
  const { twins, raw } = scenario
  const psbts = []
  for (const name of ['waiting p2pkh', 'waiting p2wpkh', 'waiting p2sh', 'bottom', 'confirmed p2trKey']) {
    const stripped = await twins.need('converttopsbt', raw[name].hex, true)
    const updated = await twins.need('utxoupdatepsbt', stripped, scenario.descriptors)
    psbts.push(stripped, updated)
    const processed = await twins.ask('descriptorprocesspsbt', updated, scenario.descriptors)
    if (processed) psbts.push(processed.psbt)
    const unfinished = await twins.ask('descriptorprocesspsbt', updated, scenario.descriptors, 'ALL', true, false)
    if (unfinished) psbts.push(unfinished.psbt)
  }
  return psbts
}

const XPUB =
  'tpubD6NzVbkrYhZ4WaWSyoBvQwbpLkojyoTZPRsgXELWz3Popb3qkjcJyJUGLnL4qHHoQvao8ESaAstxYSnhyswJ76uZPStJRJCTKvosUCJZL5B'
const RANGED = `wpkh(${XPUB}/0/*)`
const MULTIPATH = `wpkh(${XPUB}/<0;1>/*)`
const ODD_ADDRESSES = [
  '',
  'bcrt1q',
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
  'BCRT1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KYGT080',
  'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081',
  'bcrt1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k0ylj56',
  '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2',
  '2N2JD6wb56AfK4tfmM6PwdVmoYk2dCKf4Br',
  'mkHS9ne12qx9pS9VojpwU5xtRd4T7X7ZUx',
  'bcrt1pfeesnyr2tx',
  'ünïcödé',
]
const ODD_DESCRIPTORS = [
  '',
  'wpkh()',
  'raw(zz)',
  'addr(x)',
  'sh(tr(x))',
  'wpkh(02)#abcdefgh',
  'raw(51)',
  'pk(x)#',
  'tr(',
  'multi(3,x)',
  'combo(',
  `combo(${KEYS[0]})`,
]
const SUBNETS = [
  '127.0.0.0/8',
  '10.1.2.3',
  '2001:db8::/32',
  'x',
  '',
  '1.2.3.4/33',
  '1.2.3.4/255.255.0.0',
  '::1/128',
  '1.2.3.4/-1',
  'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion',
]
const NODES = ['127.0.0.1:1', '127.0.0.1', '[::1]:2', '', 'x:99999', '127.0.0.1:0']
