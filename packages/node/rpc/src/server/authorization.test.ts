import { describe, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { basicAuthorization } from '../credentials.ts'
import { parseAllowedAddresses } from './allowedAddresses.ts'
import { createAuthorizer, parseRpcAuth, userFromCredentials } from './authorization.ts'
import { parseWhitelist } from './whitelist.ts'

describe('rpcauth', () => {
  // Of Bitcoin Core's functional test rpc_users.py.
  const RT = 'rt:93648e835a54c573682c2eb19f882535$7681e9c5b74bdd85e78166031d2058e1069b3ed7ed967c93fc63abba06f31144'
  const PASSWORD = 'cA773lm788buwYe4g4WT+05pKyNruVKjQ25x3n0DQcM='
  const authorize = createAuthorizer([
    unwrap(parseRpcAuth(RT)),
    userFromCredentials({ user: 'rpcuser💻', password: 'rpc:password🔑' }),
  ])

  test.each([
    ['rt', PASSWORD, 'rt'],
    ['rt', `${PASSWORD}wrong`, undefined],
    ['rtwrong', PASSWORD, undefined],
    ['rpcuser💻', 'rpc:password🔑', 'rpcuser💻'],
    ['rpcuser💻', '', undefined],
    ['', '', undefined],
  ])('%s with %s is %s', (user, password, expected) => {
    expect(authorize(basicAuthorization({ user, password }))).toBe(expected)
  })

  test.each(['Bearer x', 'Basic !!!', `Basic ${Buffer.from('nocolon').toString('base64')}`, 'Basic ', undefined])(
    '%s is nobody',
    (header) => expect(authorize(header)).toBeUndefined(),
  )

  test.each(['', '""', 'foo', 'foo:bar', 'foo:bar:baz', 'foo$bar:baz', 'foo$bar$baz', 'a:b$c$d', 'a:b:c$d'])(
    '%j is no user',
    (text) => expect(parseRpcAuth(text)).toEqual({ ok: false, error: 'Invalid -rpcauth argument.' }),
  )
})

test('a whitelist bounds what a user may call; of several all count', () => {
  const entries = ['a:getblockcount,', 'b:getblockcount, stop', 'b:stop,help', 'c:', 'd', 'e:x', 'e']
  const list = parseWhitelist(entries, false)
  const methods = ['getblockcount', 'stop', 'help', 'x']
  const allowed = (user: string): string[] => methods.filter((method) => list.allows(user, method))
  expect(allowed('a')).toEqual(['getblockcount'])
  expect(allowed('b')).toEqual(['stop'])
  expect(allowed('c')).toEqual([])
  expect(allowed('d')).toEqual([])
  expect(allowed('e')).toEqual(['x'])
  expect(allowed('unlisted')).toEqual(methods)
  const strict = parseWhitelist(entries)
  expect([strict.allowsAny('a'), strict.allowsAny('unlisted')]).toEqual([true, false])
  expect(strict.allows('unlisted', 'stop')).toBe(false)
})

describe('rpcallowip', () => {
  test.each([
    [['1.2.3.4'], ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '1.2.3.4'], ['1.2.3.5', '::2']],
    [['1.2.3.0/24'], ['1.2.3.255', '::ffff:1.2.3.7'], ['1.2.4.0']],
    [['1.2.0.0/255.255.0.0'], ['1.2.255.1'], ['1.3.0.0']],
    [['010.2.3/32'], ['8.2.0.3'], ['10.2.0.3', '10.2.3.1']],
    [['fe80::/10'], ['fe80::1%eth0'], ['fec0::1']],
    [['0.0.0.0/0'], ['8.8.8.8'], ['2001::1']],
    [['::/0'], ['2001::1'], ['8.8.8.8']],
    [['2001:db8::/32'], ['2001:db8:1::1'], ['2001:db9::1']],
  ])('%j', (texts, inside, outside) => {
    const allowed = unwrap(parseAllowedAddresses(texts))
    expect(inside.filter((address) => !allowed(address))).toEqual([])
    expect(outside.filter(allowed)).toEqual([])
  })

  test.each(['', 'localhost', '1.2.3.x', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/255.0.255.0', '1.2.3.4/24/1', '::1/129'])(
    '%j is no subnet',
    (text) => {
      const parsed = parseAllowedAddresses([text])
      expect(!parsed.ok && parsed.error).toContain(`Invalid -rpcallowip subnet specification: ${text}. Valid values`)
    },
  )
})
