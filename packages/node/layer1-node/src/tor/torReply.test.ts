import { describe, expect, it, test } from 'vitest'
import { utf8ToBytes } from '@ply/bytes'
import { TorReplyReader } from './torReply.ts'
import { parseReplyMapping, splitReplyLine } from './torReplyText.ts'

const read = (...pieces: string[]) => {
  const reader = new TorReplyReader()
  return pieces.map((piece) => reader.take(utf8ToBytes(piece)))
}

describe('a reply', () => {
  it('ends with a line that has a space behind its code, however it is cut', () => {
    expect(read('250-A B\r\n25', '0-C\r', '\n250 OK\r\n510 no\r\n')).toEqual([
      { ok: true, value: [] },
      { ok: true, value: [] },
      {
        ok: true,
        value: [
          { code: 250, lines: ['A B', 'C', 'OK'] },
          { code: 510, lines: ['no'] },
        ],
      },
    ])
  })

  it('may have lines that are none, and is no news', () => {
    expect(read('\r\nab\r\n650 CIRC\r\nxyz odd\r\n')).toEqual([{ ok: true, value: [{ code: 0, lines: ['odd'] }] }])
  })

  it('has lines of 100,000 bytes, and 1000 of them, but no more', () => {
    const line = `250-${'A'.repeat(99_995)}\r`
    expect(read(`${line}\n`)).toEqual([{ ok: true, value: [] }])
    expect(read(`x${line}\n`)[0]?.ok).toBe(false)
    // Without an end, too: nothing is kept that is longer.
    expect(read('A'.repeat(60_000), 'A'.repeat(60_000)).map(({ ok }) => ok)).toEqual([true, false])
    const many = '250-more\r\n'.repeat(999)
    expect(read(`${many}250 OK\r\n`)).toMatchObject([{ ok: true, value: [{ code: 250 }] }])
    expect(read(`${many}250-more\r\n250 OK\r\n`)[0]?.ok).toBe(false)
  })
})

test.each([
  ['PROTOCOLINFO PIVERSION', ['PROTOCOLINFO', 'PIVERSION']],
  ['AUTH METHODS=COOKIE COOKIEFILE="/a b"', ['AUTH', 'METHODS=COOKIE COOKIEFILE="/a b"']],
  ['COMMAND', ['COMMAND', '']],
  ['COMMAND  EVEN+more  ARGS', ['COMMAND', ' EVEN+more  ARGS']],
])('%j begins with its type', (line, parts) => {
  expect(splitReplyLine(line)).toEqual(parts)
})

test.each([
  [
    'METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/home/x/.tor/control_auth_cookie"',
    { METHODS: 'COOKIE,SAFECOOKIE', COOKIEFILE: '/home/x/.tor/control_auth_cookie' },
  ],
  ['Tor="0.2.9.8 (git-a0df013ea241b026)"', { Tor: '0.2.9.8 (git-a0df013ea241b026)' }],
  ['SERVERHASH=aaaa SERVERNONCE=bbbb', { SERVERHASH: 'aaaa', SERVERNONCE: 'bbbb' }],
  ['ServiceID=exampleonion1234', { ServiceID: 'exampleonion1234' }],
  ['Foo=Bar=Baz Spam=Eggs', { Foo: 'Bar=Baz', Spam: 'Eggs' }],
  ['Foo="Bar=Baz"', { Foo: 'Bar=Baz' }],
  ['Foo="Bar Baz"', { Foo: 'Bar Baz' }],
  ['Foo="Bar\\ Baz"', { Foo: 'Bar Baz' }],
  ['Foo="Bar\\"Baz" Spam=Eggs', { Foo: 'Bar"Baz', Spam: 'Eggs' }],
  ['Foo="\\n\\t\\r\\\\\\@"', { Foo: '\n\t\r\\@' }],
  ['Foo="\\0a\\10\\377\\400\\41x\\08"', { Foo: '\0a\b\xff\x200!x\x008' }],
  ['Foo="" Bar=', { Foo: '', Bar: '' }],
  ['Foo=Bar ignored words', { Foo: 'Bar' }],
  // Cut off.
  ['Foo="Bar', {}],
  ['Foo="Bar\\"', {}],
  ['Foo=Bar Spam', {}],
  ['ANYTHING', {}],
  ['', {}],
])('%j is taken apart', (text, mapping) => {
  expect(Object.fromEntries(parseReplyMapping(text))).toEqual(mapping)
})
