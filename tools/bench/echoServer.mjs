// Sends back what comes, and nothing else: the floor below every server of requests and answers.
import { createServer } from 'node:net'

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
