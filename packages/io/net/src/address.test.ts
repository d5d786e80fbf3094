import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { formatHostAndPort, parseHostAndPort } from './address.ts'

test.each(['127.0.0.1:8333', '[::1]:18444', 'localhost:1', 'node.example.com:65535'])('%s survives', (text) => {
  expect(formatHostAndPort(unwrap(parseHostAndPort(text)))).toBe(text)
})

test('a port may be left out where there is a default', () => {
  expect(parseHostAndPort('10.0.0.1', 9735)).toEqual({ ok: true, value: { host: '10.0.0.1', port: 9735 } })
  expect(parseHostAndPort('[::1]', 9735)).toEqual({ ok: true, value: { host: '::1', port: 9735 } })
})

test.each(['', ':1', 'a b:1', '1.2.3.4', '1.2.3.4:', '1.2.3.4:65536', '1.2.3.4:-1', '::1:8333', '[::1:8333', 'a:1:2'])(
  '%j is refused',
  (text) => {
    expect(parseHostAndPort(text).ok).toBe(false)
  },
)

test('IPv4 on an IPv6 socket is written as IPv4', () => {
  expect(formatHostAndPort({ host: '::ffff:127.0.0.1', port: 7 })).toBe('127.0.0.1:7')
})
