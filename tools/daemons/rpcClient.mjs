// What is needed to start a daemon of one's own and talk JSON-RPC to it.
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'

export const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

/** Asks again and again until the answer is true; gives up after `seconds`. */
export async function until(what, ask, seconds = 60) {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > deadline) throw new Error(`waited ${seconds} seconds for ${what}`)
    await new Promise((done) => setTimeout(done, 25))
  }
}

/**
 * A client of the daemon `name`, at a path of it; `connections` as an agent takes them. `post` resolves with the text of
 * the answer, `exchange` with its status, too.
 */
export function createRpcClient({ name, port, cookie, path: usual = '/' }, connections = {}) {
  const agent = new Agent(connections)
  const headers = {
    Authorization: `Basic ${Buffer.from(cookie).toString('base64')}`,
    'Content-Type': 'application/json',
  }
  const exchange = (body, path = usual) =>
    new Promise((done, failed) => {
      const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent }, (answer) => {
        const chunks = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () => done({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }))
      })
      call.on('error', failed)
      call.end(body)
    })
  const post = async (body) => (await exchange(body)).text
  /** With the parameters by name. Rejects with Bitcoin Core's words. */
  const callNamed = async (method, params) => {
    const { result, error } = JSON.parse(await post(JSON.stringify({ id: 1, method, params })))
    if (error) throw new Error(`${name} ${method}: ${error.message} (${error.code})`)
    return result
  }
  const call = (method, ...params) => callNamed(method, params)
  return { port, headers, post, exchange, call, callNamed, close: () => agent.destroy() }
}
