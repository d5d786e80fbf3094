import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { readRequestHead } from './requestHead.ts'

test('reads method, target, version and fields, by any case of their names', () => {
  const head = unwrap(readRequestHead('POST /a?b HTTP/1.0\r\nHost:x\r\nX-A: \t1 2 \r\nx-a:3\nEmpty:\r\n\r\n'))
  expect(head).toMatchObject({ method: 'POST', target: '/a?b', minorVersion: 0 })
  expect([head.headers.get('host'), head.headers.get('x-a'), head.headers.get('empty')]).toEqual(['x', '1 2', ''])
  expect(head.headers.all('x-a')).toEqual(['1 2', '3'])
  expect(head.headers.get('none')).toBeUndefined()
})

test.each([
  ['\r\n', 'HTTP request line too short'],
  ['GET / HTTP/1', 'HTTP request line too short'],
  ['GET /long/ HTTP/1', 'HTTP bad version'],
  ['GET / \0 HTTP/1.1', 'Invalid request line contains NUL'],
  ['GET  / HTTP/1.1', 'HTTP request line malformed'],
  ['GET /verylongpath', 'HTTP request line malformed'],
  ['GET / NOTHTTP/1.1', 'HTTP request line malformed'],
  ['GET / HTTP/2.0', 'HTTP bad version'],
  ['GET / HTTP/1.10', 'HTTP bad version'],
  ['GET / HTTP/1.1 ', 'HTTP request line malformed'],
  ['GET / HTTP/1.1\r\nHost', 'HTTP header missing colon (:)'],
  ['GET / HTTP/1.1\r\n: x', 'Empty HTTP header name'],
  ['GET / HTTP/1.1\r\nHost : x', 'Invalid header field-name contains whitespace'],
  ['GET / HTTP/1.1\r\nHost: x\r\n folded: y', 'Invalid header field-name contains whitespace'],
  ['GET / HTTP/1.1\r\nHost: x\0y', 'Header contains invalid character'],
  ['GET / HTTP/1.1\r\nHost: x\ry', 'Header contains invalid character'],
])('%j: %s', (text, reason) => {
  expect(readRequestHead(`${text}\r\n\r\n`)).toMatchObject({ ok: false, error: { status: 400, reason } })
})
