import { connect } from 'node:net'

/** Calls a method of the daemon that listens on a Unix socket, as lightning-cli does; rejects with its words. */
export function callUnixSocket(path, method, params) {
  return new Promise((done, failed) => {
    let text = ''
    const socket = connect(path, () => socket.write(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })))
    socket.setEncoding('utf8')
    socket.on('error', failed)
    socket.on('close', () => failed(new Error(`${method}: no answer`)))
    socket.on('data', (data) => {
      text += data
      // An answer ends with an empty line.
      if (!text.endsWith('\n\n')) return
      const { result, error } = JSON.parse(text)
      if (error) failed(new Error(`${method}: ${error.message} (${error.code})`))
      else done(result)
      socket.destroy()
    })
  })
}
