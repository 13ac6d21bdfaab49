// Stands in for Workers AI, which would need a login. A test gives its own script to the model, as
// the last message: the chunks that it sends, and how it ends. Without a script, the model repeats
// its input.

import { WorkerEntrypoint } from "cloudflare:workers";

const released = new Set();
const chunk = (response) => `data: ${JSON.stringify({ response })}\n\n`;

export default class extends WorkerEntrypoint {
  // Lets the model go on that waits for this id.
  fetch(request) {
    released.add(new URL(request.url).pathname);
    return new Response();
  }

  run(model, input) {
    if (input.text) {
      return { shape: [input.text.length, 2], data: input.text.map((text) => [text.length, 0.5]) };
    }
    const { content } = input.messages.at(-1);
    const echo = { chunks: [chunk(JSON.stringify({ model, input })), "data: [DONE]\n\n"] };
    const { refusal, ...script } = content.startsWith("{") ? JSON.parse(content) : echo;
    if (refusal) throw new Error(refusal);
    return streamed(script);
  }
}

// `hold` is the path that releases the model, which waits for that before its last chunk.
function streamed({ chunks, hold, failure }) {
  const encoder = new TextEncoder();
  const left = chunks.map((text) => encoder.encode(text));
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      while (hold && left.length === 1 && !released.has(hold)) await scheduler.wait(5);
      if (left.length > 0) controller.enqueue(left.shift());
      else if (failure) controller.error(new Error(failure));
      else controller.close();
    },
  });
}
