// The npm client of OpenAI's API against the server at argv[2]. Ends with 0 if everything is as it should be.
import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2] + "v1", apiKey: "key-of-a-test", maxRetries: 0 });
const model = (await client.models.list()).data[0].id;
assert.equal((await client.models.retrieve(model)).id, model);
const messages = [{ role: "user", content: "What is 17 + 25?" }];

const whole = await client.chat.completions.create({ model, messages });
assert.match(whole.choices[0].message.content, /42/);
assert.equal(whole.choices[0].finish_reason, "stop");

let text = "", usage = null;
for await (const chunk of await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })) {
  text += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
assert.equal(text, whole.choices[0].message.content);
assert.equal(usage.completion_tokens, whole.usage.completion_tokens);

const helper = client.chat.completions.stream({ model, messages });
assert.equal((await helper.finalChatCompletion()).choices[0].message.content, text);

const continued = await client.completions.create({ model, prompt: "Once upon a time", max_tokens: 5 });
assert.equal(continued.usage.completion_tokens, 5);

const response = await client.responses.create({ model, input: "What is 17 + 25?" });
assert.match(response.output_text, /42/);
const final = await client.responses.stream({ model, input: "What is 17 + 25?" }).finalResponse();
assert.equal(final.output_text, response.output_text);

await assert.rejects(client.chat.completions.create({ model: "gpt-9", messages }), OpenAI.NotFoundError);
await assert.rejects(client.chat.completions.create({ model, messages, temperature: "hot" }), OpenAI.BadRequestError);
await assert.rejects(client.embeddings.create({ model, input: "x" }), (error) => error.status === 501);
await assert.rejects(new OpenAI({ baseURL: process.argv[2] + "v1", apiKey: "wrong", maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);
console.log("openai", "ok");
