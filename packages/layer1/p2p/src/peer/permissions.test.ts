import { unwrap } from '@ply/bytes'
import { expect, test } from 'vitest'
import { parseHost } from '../address/text.ts'
import { implicitPermissions, parseWhitebind, parseWhitelist, whitelistPermissions } from './permissions.ts'

const host = parseHost('127.0.0.1')!
const implicit = implicitPermissions({ relay: true, forceRelay: false })
const granted = (inbound: boolean, ...texts: string[]) => [
  ...whitelistPermissions({ grants: texts.map((text) => unwrap(parseWhitelist(text))), implicit }, host, inbound),
]

// From Bitcoin Core's p2p_permissions.
test.each([
  [['127.0.0.1'], ['noban', 'relay', 'mempool', 'download']],
  [['noban@127.0.0.1'], ['noban', 'download']],
  [['forcerelay@127.0.0.0/8'], ['forcerelay', 'relay']],
  [
    ['noban@127.0.0.1', 'mempool@127.0.0.1'],
    ['noban', 'mempool', 'download'],
  ],
  [['all@127.0.0.1'], ['bloomfilter', 'noban', 'forcerelay', 'relay', 'mempool', 'download', 'addr']],
  [['bloom,,addr@127.0.0.1'], ['bloomfilter', 'addr']],
  [['noban@10.0.0.0/8'], []],
  [['out,noban@127.0.0.1'], []],
  [['@127.0.0.1'], []],
])('%j', (texts, expected) => expect(granted(true, ...texts)).toEqual(expected))

test('directions', () => {
  expect(granted(false, 'noban@127.0.0.1')).toEqual([])
  expect(granted(false, 'in,out,relay@127.0.0.1')).toEqual(['relay'])
  expect(granted(true, 'in,out,relay@127.0.0.1')).toEqual(['relay'])
})

test.each([
  ['oopsie@127.0.0.1', "Invalid P2P permission: 'oopsie'"],
  ['noban@127.0.0.1:230', "Invalid netmask specified in -whitelist: '127.0.0.1:230'"],
  ['in@127.0.0.1', "Only direction was set, no permissions: 'in@127.0.0.1'"],
])('refuses %s', (text, error) => expect(parseWhitelist(text)).toEqual({ ok: false, error }))

test('an address to bind to has no outbound side', () => {
  expect(unwrap(parseWhitebind('noban@127.0.0.1:1'))).toMatchObject({ target: '127.0.0.1:1', inbound: true })
  const error = 'whitebind may only be used for incoming connections ("out" was passed)'
  expect(parseWhitebind('noban,out@127.0.0.1:1')).toEqual({ ok: false, error })
})
