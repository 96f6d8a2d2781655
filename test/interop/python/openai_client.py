"""The official OpenAI client for Python, unmodified, against our gateway."""

import lines  # First: it keeps the real stdout for answers.

import openai

QUESTION = [{"role": "user", "content": "I have slept badly for two weeks. What can I do?"}]


def client(url: str, key: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


async def models(url: str, key: str) -> dict:
    found = [model.id async for model in client(url, key).models.list()]
    one = await client(url, key).models.retrieve(found[0])
    return {"version": openai.__version__, "ids": found, "one": one.id}


async def chat(url: str, key: str, model: str) -> dict:
    done = await client(url, key).chat.completions.create(model=model, messages=QUESTION)
    choice = done.choices[0]
    return {
        "content": choice.message.content,
        "finish_reason": choice.finish_reason,
        "total_tokens": done.usage.total_tokens,
        "request_id": done._request_id,
    }


async def stream(url: str, key: str, model: str) -> dict:
    options = {"include_usage": True}
    chunks = await client(url, key).chat.completions.create(
        model=model, messages=QUESTION, stream=True, stream_options=options
    )
    content, finish, usage = "", None, None
    async for chunk in chunks:
        for choice in chunk.choices:
            content += choice.delta.content or ""
            finish = choice.finish_reason or finish
        usage = chunk.usage or usage
    return {"content": content, "finish_reason": finish, "total_tokens": usage.total_tokens}


async def stop(url: str, key: str, model: str) -> dict:
    """Leaves the stream at the first word."""
    chunks = await client(url, key).chat.completions.create(model=model, messages=QUESTION, stream=True)
    async for chunk in chunks:
        if chunk.choices and chunk.choices[0].delta.content:
            first = chunk.choices[0].delta.content
            await chunks.close()
            return {"first": first}
    return {"first": None}


async def refused(url: str, key: str, model: str) -> dict:
    """How the client names what the gateway refuses with."""
    try:
        await client(url, key).chat.completions.create(model=model, messages=QUESTION)
    except openai.APIStatusError as error:
        retry = error.response.headers.get("retry-after")
        return {"error": type(error).__name__, "status": error.status_code, "code": error.code, "retry_after": retry}
    return {"error": None}


lines.serve({"models": models, "chat": chat, "stream": stream, "stop": stop, "refused": refused})
