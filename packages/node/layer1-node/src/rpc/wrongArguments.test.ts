import { type Json, parseJson } from '@ply/rpc'
import { unwrap } from '@ply/bytes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPEN_ADDRESS, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  await node.mine(2)
})
afterAll(() => node.remove())

const TXID = 'ab'.repeat(32)
const XPUB =
  'tpubD6NzVbkrYhZ4WaWSyoBvQwbpLkojyoTZPRsgXELWz3Popb3qkjcJyJUGLnL4qHHoQvao8ESaAstxYSnhyswJ76uZPStJRJCTKvosUCJZL5B'
const UNSIGNED = `0200000001${TXID}0000000000ffffffff0000000000`
const TOO_LARGE = '-1 JSON integer out of range'
const NO_TEXT = (type: string): string => `-3 JSON value of type ${type} is not of expected type string`

// What a real bitcoind answers: which of several wrong arguments it speaks of, and in which words.
test.each([
  ['getblockheader', '["00"]', "-8 hash must be of length 64 (not 2, for '00')"],
  ['getblock', '["ünï"]', "-8 blockhash must be of length 64 (not 5, for 'ünï')"],
  ['getblockstats', '[[]]', NO_TEXT('array')],
  ['getblockstats', '[1.0]', TOO_LARGE],
  ['getblockstats', '[1,[2]]', NO_TEXT('number')],
  ['gettxoutproof', '[[[]]]', NO_TEXT('array')],
  ['getrawtransaction', '["zz",0.5]', "-8 parameter 1 must be of length 64 (not 2, for 'zz')"],
  ['decoderawtransaction', '["zz"]', '-22 TX decode failed'],
  ['decodescript', '["1"]', "-8 argument must be hexadecimal string (not '1')"],
  ['createmultisig', '[1.5,["00"],"x"]', TOO_LARGE],
  ['createmultisig', '[1,[2]]', NO_TEXT('number')],
  ['deriveaddresses', '["raw(51)",0.5]', TOO_LARGE],
  [
    'createrawtransaction',
    `[[{"txid":"${TXID}","vout":0,"sequence":4294967296}],[{}]]`,
    /^-8 .*sequence number is out of/,
  ],
  ['createrawtransaction', `[[{"txid":"${TXID}","vout":0.5}],[]]`, TOO_LARGE],
  ['createrawtransaction', '[[],[{}],0,true,-1]', TOO_LARGE],
  ['createrawtransaction', '[[],[{}]]', '-8 Invalid parameter, key-value pair must contain exactly one key'],
  ['sendrawtransaction', '["zz",0.1,-1]', '-3 Amount out of range'],
  ['submitpackage', '[["zz"],0.1,-1]', '-3 Amount out of range'],
  ['testmempoolaccept', '[[null]]', NO_TEXT('null')],
  ['signrawtransactionwithkey', `["${UNSIGNED}",[],[1]]`, '-22 expected object with {"txid\'","vout","scriptPubKey"}'],
  ['joinpsbts', '[["x"]]', '-8 At least two PSBTs are required to join PSBTs.'],
  ['decodepsbt', '[""]', '-22 TX decode failed SpanReader::read(): end of data: iostream error'],
  ['scantxoutset', '["start",[{}]]', '-8 Descriptor needs to be provided in scan object'],
  ['scantxoutset', '["start",[1]]', '-8 Scan object needs to be either a string or an object'],
  [
    'scantxoutset',
    `["start",["wpkh(${XPUB}/0'/0)"]]`,
    `-5 Cannot derive script without private keys: 'wpkh(${XPUB}/0'/0)'`,
  ],
  ['prioritisetransaction', `["${TXID}",1e400,1]`, '-1 JSON double out of range'],
  ['prioritisetransaction', `["${TXID}",0,9223372036854775808]`, TOO_LARGE],
  ['getnodeaddresses', '[1,""]', '-8 Network not recognized: '],
  ['disconnectnode', '["x",1.5]', TOO_LARGE],
  ['disconnectnode', '["x",9007199254740993]', '-32602 Only one of address and nodeid should be provided.'],
  ['sendmsgtopeer', '[9007199254740993,"ping","zz"]', '-8 Error parsing input for msg'],
  ['estimaterawfee', '[1,1e400]', '-1 JSON double out of range'],
  ['disconnectnode', '[""]', '-29 Node not found in connected nodes'],
  ['setban', '["x","y"]', /^-1 setban "subnet" "command" \( bantime absolute \)\n\n/],
  ['addnode', '["x","y"]', /^-1 addnode "node" "command" \( v2transport \)\n\n/],
  ['sendmsgtopeer', '[0,"x"," 00 "]', '-1 Error: Could not send message to peer'],
])('%s %s', async (method, params, expected) => {
  const failed = await node.failure(method, ...(unwrap(parseJson(params)) as Json[]))
  if (typeof expected === 'string') expect(failed).toBe(expected)
  else expect(failed).toMatch(expected)
})

test('arguments may be written in other ways than usual', async () => {
  const call = (method: string, params: string): Promise<unknown> =>
    node.json(method, ...(unwrap(parseJson(params)) as Json[]))
  expect(await call('prioritisetransaction', `["${TXID}",0.0,9007199254740993]`)).toBe(true)
  // By their bytes, the last digits first.
  const other = `ff${TXID.slice(4)}01`
  await call('prioritisetransaction', `["${other}",null,-1]`)
  expect(Object.keys((await call('getprioritisedtransactions', '[]')) as object)).toEqual([other, TXID])
  expect(await node.json('gettxspendingprevout', [{ vout: 1, txid: TXID }])).toEqual([{ vout: 1, txid: TXID }])
  expect(await call('createrawtransaction', `[[],{"${OPEN_ADDRESS}":1,"data":11}]`)).toMatch(/6a0111/)
})
