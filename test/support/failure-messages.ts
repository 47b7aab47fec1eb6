// Messages of failed runs, grouped by hand as a person would group them, each group with the kind that represents it.

const traceback = (...last: string[]) =>
  [
    'Traceback (most recent call last):',
    '  File "/srv/worker/app.py", line 214, in execute',
    '    response = client.chat.completions.create(**request)',
    '               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    ...last,
  ].join('\n');

const nodeStack = (...lines: string[]) =>
  [
    ...lines,
    '    at Socket.emit (node:events:524:28)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:90:21)',
    '    at async run (/srv/worker/dist/run.js:88:17)',
  ].join('\n');

const javaStack = (...lines: string[]) =>
  [
    ...lines,
    '\tat com.example.worker.TaskRunner.call(TaskRunner.java:118)',
    '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
    '\t... 12 more',
  ].join('\n');

/** Messages by kind. */
export const failureMessages: Readonly<Record<string, readonly string[]>> = {
  'No message': ['', ' ', '\n\t  \r\n'],

  // Ours
  'The model did not answer within # seconds.': [
    'The model did not answer within 60 seconds.',
    'The model did not answer within 30 seconds.',
    'The model did not answer within 7.5 seconds.',
    'The model did not  answer\nwithin 120 seconds.',
  ],
  'The file "…" has no text layer.': [
    'The file “Rechnung März 2026.pdf” has no text layer.',
    'The file “Angebot 17.pdf” has no text layer.',
    'The file "order form (copy).pdf" has no text layer.',
    "The file 'scan 0042.pdf' has no text layer.",
    'The file "scan-2291.pdf" has no text layer.',
    "The file 'a.pdf' has no text layer.",
    'The file «акт.pdf» has no text layer.',
    'The file `x.pdf` has no text layer.',
    'The file “IMG_0042.TIFF” has no text layer.',
    'The file "Rechnung-März.final.PDF" has no text layer.',
  ],
  'The sheet \'Q1\' of "…" is empty.': [
    "The sheet 'Q1' of 'budget-2026.xlsx' is empty.",
    "The sheet 'Q1' of `prices.v2.csv` is empty.",
  ],
  'The sheet \'Q2\' of "…" is empty.': ['The sheet \'Q2\' of "budget-2026.xlsx" is empty.'],
  'The model "gpt-4.1" reads no files.': ['The model "gpt-4.1" reads no files.'],
  'The model "gpt-4.5" reads no files.': ['The model "gpt-4.5" reads no files.'],
  'The setting "foo.bar" is unknown.': ['The setting "foo.bar" is unknown.'],
  'The setting "foo.baz" is unknown.': ['The setting "foo.baz" is unknown.'],
  'The archive "…" has no member "…".': [
    'The archive "backup.2026.tar.gz" has no member "manifest.json".',
    "The archive 'export.zip' has no member «данные.jsonl».",
  ],
  'The response does not fit its schema: # is required.': [
    'The response does not fit its schema: /items/0/label is required.',
    'The response does not fit its schema: /items/12/label is required.',
    'The response does not fit its schema: /total is required.',
  ],
  'The response is not JSON.': ['The response is not JSON.', ' The response is not JSON. '],
  'Run # was cancelled by #.': [
    'Run 0190a234-8dc6-6d08-aea9-928fcecad8f1 was cancelled by ada@example.com.',
    'Run 0195D1FF-1F05-437A-95AC-6DE8969CB47B was cancelled by grace.hopper+ops@mail.example.org.',
    'Run 019097c5-5560-05b5-4a48-5197a269683b was cancelled by x_1@example.co.uk.',
  ],
  'The daily limit of # credits is used up until #.': [
    'The daily limit of 500 credits is used up until 2026-11-28T00:00:00Z.',
    'The daily limit of 1,000.50 credits is used up until 2026-11-29T00:00:00.000+01:00.',
    'The daily limit of 20 credits is used up until 2026-11-29 00:00:00.',
  ],

  // OpenAI and clients of its API
  "Error code: 429 - {'error': {'message': \"…\", 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}":
    [
      "Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}",
      "Error code: 429 - {'error': {'message': 'You exceeded your quota. For more information: https://platform.openai.com/docs/guides/error-codes/api-errors.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}",
    ],
  "Error code: 401 - {'error': {'message': \"…\", 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}":
    [
      "Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-proj-****9f3A. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}",
      "Error code: 401 - {'error': {'message': 'Incorrect API key provided: none.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}",
    ],
  "Error code: 400 - {'error': {'message': \"…\", 'type': 'invalid_request_error', 'param': 'messages', 'code': 'context_length_exceeded'}}":
    [
      "Error code: 400 - {'error': {'message': \"This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens. Please reduce the length of the messages.\", 'type': 'invalid_request_error', 'param': 'messages', 'code': 'context_length_exceeded'}}",
      "Error code: 400 - {'error': {'message': \"This model's maximum context length is 8192 tokens. However, your messages resulted in 9100 tokens.\", 'type': 'invalid_request_error', 'param': 'messages', 'code': 'context_length_exceeded'}}",
    ],
  'Rate limit reached for gpt-4o in organization org-AbCdEfGh on tokens per min (TPM): Limit #, Used #, Requested #. Please try again in #s. Visit # to learn more.':
    [
      'Rate limit reached for gpt-4o in organization org-AbCdEfGh on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200. Please try again in 1.4s. Visit https://platform.openai.com/account/rate-limits to learn more.',
      'Rate limit reached for gpt-4o in organization org-AbCdEfGh on tokens per min (TPM): Limit 450000, Used 450000, Requested 18. Please try again in 12s. Visit https://platform.openai.com/account/rate-limits to learn more.',
    ],
  'Rate limit reached for gpt-4o in organization org-AbCdEfGh on tokens per min (TPM): Limit #, Used #, Requested #. Please try again in #ms. Visit # to learn more.':
    [
      'Rate limit reached for gpt-4o in organization org-AbCdEfGh on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200. Please try again in 842ms. Visit https://platform.openai.com/account/rate-limits to learn more.',
      'Rate limit reached for gpt-4o in organization org-AbCdEfGh on tokens per min (TPM): Limit 30000, Used 29411, Requested 900. Please try again in 64ms. Visit https://platform.openai.com/account/rate-limits to learn more.',
    ],
  'Rate limit reached for gpt-4o-mini in organization org-AbCdEfGh on requests per day (RPD): Limit #, Used #, Requested #. Please try again in #s.':
    [
      'Rate limit reached for gpt-4o-mini in organization org-AbCdEfGh on requests per day (RPD): Limit 10000, Used 10000, Requested 1. Please try again in 8.64s.',
      'Rate limit reached for gpt-4o-mini in organization org-AbCdEfGh on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 6m0s.',
    ],
  'The model `gpt-4o` does not exist or you do not have access to it.': [
    'The model `gpt-4o` does not exist or you do not have access to it.',
  ],
  'The model `gpt-4` does not exist or you do not have access to it.': [
    'The model `gpt-4` does not exist or you do not have access to it.',
  ],
  'The server had an error while processing your request. Sorry about that! (Please include the request ID # in your message.)':
    [
      'The server had an error while processing your request. Sorry about that! (Please include the request ID 7b0c4a1f9e8d4c3ba2918f7e6d5c4b3a in your message.)',
      'The server had an error while processing your request. Sorry about that! (Please include the request ID req_5d41402abc4b2a76b9719d911017c592 in your message.)',
    ],
  'The server is currently overloaded with other requests. Sorry about that! You can retry your request.': [
    'The server is currently overloaded with other requests. Sorry about that! You can retry your request.',
  ],
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.": [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  ],
  "Unsupported value: 'temperature' does not support # with this model. Only the default (#) value is supported.": [
    "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
  ],
  "Invalid schema for response_format 'invoice': In context=(), 'additionalProperties' is required to be supplied and to be false.":
    [
      "Invalid schema for response_format 'invoice': In context=(), 'additionalProperties' is required to be supplied and to be false.",
    ],
  "This model's maximum context length is # tokens. However, your messages resulted in # tokens. Please reduce the length of the messages.":
    [
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 10240 tokens. Please reduce the length of the messages.",
      "This model's maximum context length is 128,000 tokens. However, your messages resulted in 131,072 tokens. Please reduce the length of the messages.",
    ],
  'Your request was rejected as a result of our safety system. If you believe this is an error, contact us at help.openai.com and include the request ID #.':
    [
      'Your request was rejected as a result of our safety system. If you believe this is an error, contact us at help.openai.com and include the request ID req_5d41402abc4b2a76b9719d911017c592.',
      'Your request was rejected as a result of our safety system. If you believe this is an error, contact us at help.openai.com and include the request ID 0f343b0931126a20f133d67c2b018a3b.',
    ],
  'Connection error.': ['Connection error.'],
  'Request timed out.': ['Request timed out.'],
  'Request was aborted.': ['Request was aborted.'],
  'Invalid image. Failed to download image from #.': [
    'Invalid image. Failed to download image from https://cdn.example.com/a/b.png?sig=3f2&exp=17.',
    'Invalid image. Failed to download image from http://10.0.0.7:9000/images/4711.jpg.',
  ],
  "Could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly.)":
    [
      "Could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly.)",
    ],

  // Anthropic
  "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}": [
    "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}",
  ],
  "Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': \"…\"}}": [
    "Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'This request would exceed your organization’s rate limit of 40,000 input tokens per minute.'}}",
    "Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'Number of request tokens has exceeded your per-minute rate limit (https://docs.anthropic.com/en/api/rate-limits).'}}",
  ],
  "Error code: 400 - {'type': 'error', 'error': {'type': 'invalid_request_error', 'message': \"…\"}}": [
    "Error code: 400 - {'type': 'error', 'error': {'type': 'invalid_request_error', 'message': 'prompt is too long: 214315 tokens > 200000 maximum'}}",
    "Error code: 400 - {'type': 'error', 'error': {'type': 'invalid_request_error', 'message': 'prompt is too long: 200100 tokens > 200000 maximum'}}",
  ],
  'prompt is too long: # tokens > # maximum': [
    'prompt is too long: 214315 tokens > 200000 maximum',
    'prompt is too long: 1000001 tokens > 1000000 maximum',
  ],
  'max_tokens: # > #, which is the maximum allowed number of output tokens for claude-#-#-sonnet-#': [
    'max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20241022',
    'max_tokens: 16000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20240620',
  ],
  'messages.#.content.#.image.source.base64: image exceeds # MB maximum: # bytes > # bytes': [
    'messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6312342 bytes > 5242880 bytes',
    'messages.12.content.0.image.source.base64: image exceeds 5 MB maximum: 9123456 bytes > 5242880 bytes',
  ],
  'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row': [
    'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
  ],
  'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.':
    [
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ],
  '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"…"}': [
    '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011CT5d41402abc4b2a76"}',
    '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011CSQyVbN3kDpXw7tRz"}',
  ],
  'Output blocked by content filtering policy': ['Output blocked by content filtering policy'],

  // Azure OpenAI
  'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version # have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after # seconds. Please go here: #':
    [
      'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-06-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds. Please go here: https://aka.ms/oai/quotaincrease',
      'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 4 seconds. Please go here: https://aka.ms/oai/quotaincrease',
    ],
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our":
    [
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=1",
    ],
  "Error code: 404 - {'error': {'code': 'DeploymentNotFound', 'message': \"…\"}}": [
    "Error code: 404 - {'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.'}}",
  ],
  'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription.':
    [
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription.',
    ],
  'Operation failed with status code 408: the deployment eastus2-gpt4 timed out after #s': [
    'Operation failed with status code 408: the deployment eastus2-gpt4 timed out after 60s',
    'Operation failed with status code 408: the deployment eastus2-gpt4 timed out after 120.5s',
  ],

  // Bedrock
  'An error occurred (ThrottlingException) when calling the InvokeModel operation (reached max retries: #): Too many requests, please wait before trying again.':
    [
      'An error occurred (ThrottlingException) when calling the InvokeModel operation (reached max retries: 4): Too many requests, please wait before trying again.',
      'An error occurred (ThrottlingException) when calling the InvokeModel operation (reached max retries: 10): Too many requests, please wait before trying again.',
    ],
  'An error occurred (ValidationException) when calling the InvokeModel operation: Input is too long for requested model.':
    [
      'An error occurred (ValidationException) when calling the InvokeModel operation: Input is too long for requested model.',
    ],
  "An error occurred (AccessDeniedException) when calling the Converse operation: You don't have access to the model with the specified model ID.":
    [
      "An error occurred (AccessDeniedException) when calling the Converse operation: You don't have access to the model with the specified model ID.",
    ],
  'User: arn:aws:sts::#:assumed-role/worker/i-# is not authorized to perform: bedrock:InvokeModel': [
    'User: arn:aws:sts::123456789012:assumed-role/worker/i-0abc123def4567890 is not authorized to perform: bedrock:InvokeModel',
    'User: arn:aws:sts::210987654321:assumed-role/worker/i-0fed456cba7654321 is not authorized to perform: bedrock:InvokeModel',
  ],
  'ModelTimeoutException: Model has timed out in processing the request. Try your request again.': [
    'ModelTimeoutException: Model has timed out in processing the request. Try your request again.',
  ],
  'Read timeout on endpoint URL: "…"': [
    'Read timeout on endpoint URL: "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v2/invoke"',
    'Read timeout on endpoint URL: "https://bedrock-runtime.eu-central-1.amazonaws.com/model/amazon.titan/invoke"',
  ],
  'Unable to locate credentials': ['Unable to locate credentials'],

  // Vertex, Gemini
  '# Resource has been exhausted (e.g. check quota).': ['429 Resource has been exhausted (e.g. check quota).'],
  '# The model is overloaded. Please try again later.': ['503 The model is overloaded. Please try again later.'],
  '[GoogleGenerativeAI Error]: Error fetching from #: [# Service Unavailable] The model is overloaded. Please try again later.':
    [
      '[GoogleGenerativeAI Error]: Error fetching from https://generativelanguage.googleapis.com/v1beta/models/gemini-1.5-flash:generateContent: [503 Service Unavailable] The model is overloaded. Please try again later.',
      '[GoogleGenerativeAI Error]: Error fetching from https://generativelanguage.googleapis.com/v1beta/models/gemini-1.5-pro:streamGenerateContent?alt=sse: [503 Service Unavailable] The model is overloaded. Please try again later.',
    ],
  'Publisher Model "…" was not found or your project does not have access to it.': [
    'Publisher Model `projects/demo-1/locations/us-central1/publishers/google/models/gemini-pro` was not found or your project does not have access to it.',
    'Publisher Model `projects/42/locations/europe-west4/publishers/google/models/gemini-1.0-pro-002` was not found or your project does not have access to it.',
  ],
  'The response was blocked because of SAFETY: HARM_CATEGORY_DANGEROUS_CONTENT': [
    'The response was blocked because of SAFETY: HARM_CATEGORY_DANGEROUS_CONTENT',
  ],

  // LiteLLM, LangChain
  'litellm.RateLimitError: AzureException RateLimitError - Error code: 429': [
    'litellm.RateLimitError: AzureException RateLimitError - Error code: 429',
  ],
  'litellm.Timeout: APITimeoutError - Request timed out. Error_str: Request timed out. - timeout value=#, time taken=# seconds':
    [
      'litellm.Timeout: APITimeoutError - Request timed out. Error_str: Request timed out. - timeout value=600.0, time taken=600.41 seconds',
      'litellm.Timeout: APITimeoutError - Request timed out. Error_str: Request timed out. - timeout value=60, time taken=61.2 seconds',
    ],
  'litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - Error code: 400': [
    'litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - Error code: 400',
  ],
  'No deployments available for selected model, Try again in # seconds. Passed model=gpt-4o.': [
    'No deployments available for selected model, Try again in 5 seconds. Passed model=gpt-4o.',
    'No deployments available for selected model, Try again in 60 seconds. Passed model=gpt-4o.',
  ],
  'Could not parse LLM output: "…"': [
    'Could not parse LLM output: `I now know the final answer: 42 boxes`',
    'Could not parse LLM output: `Thought: Do I need to use a tool? No`',
  ],
  'Invalid json output: Here is the JSON you asked for': ['Invalid json output: Here is the JSON you asked for'],
  'Recursion limit of # reached without hitting a stop condition. You can increase the limit by setting the `recursion_limit` config key. For troubleshooting, visit: #':
    [
      'Recursion limit of 25 reached without hitting a stop condition. You can increase the limit by setting the `recursion_limit` config key.\nFor troubleshooting, visit: https://python.langchain.com/docs/troubleshooting/errors/GRAPH_RECURSION_LIMIT',
      'Recursion limit of 100 reached without hitting a stop condition. You can increase the limit by setting the `recursion_limit` config key.\nFor troubleshooting, visit: https://python.langchain.com/docs/troubleshooting/errors/GRAPH_RECURSION_LIMIT',
    ],
  'Agent stopped due to iteration limit or time limit.': ['Agent stopped due to iteration limit or time limit.'],

  // Python
  'openai.APITimeoutError: Request timed out.': [
    traceback('openai.APITimeoutError: Request timed out.'),
    `Task failed.\n${traceback('openai.APITimeoutError: Request timed out.')}\n`,
    traceback(
      'httpx.ReadTimeout: The read operation timed out',
      '',
      'The above exception was the direct cause of the following exception:',
      '',
      traceback('openai.APITimeoutError: Request timed out.'),
    ),
  ],
  "KeyError: 'items'": [traceback("KeyError: 'items'")],
  "KeyError: 'total'": [traceback("KeyError: 'total'")],
  'IndexError: list index out of range': [traceback('IndexError: list index out of range')],
  TimeoutError: [
    traceback('TimeoutError'),
    traceback(
      'asyncio.exceptions.CancelledError',
      '',
      'During handling of the above exception, another exception occurred:',
      '',
      traceback('TimeoutError'),
    ),
  ],
  KeyboardInterrupt: [traceback('KeyboardInterrupt')],
  'json.decoder.JSONDecodeError: Expecting value: line # column # (char #)': [
    traceback('json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)'),
    traceback('json.decoder.JSONDecodeError: Expecting value: line 214 column 7 (char 5302)'),
  ],
  'json.decoder.JSONDecodeError: Extra data: line # column # (char #)': [
    traceback('json.decoder.JSONDecodeError: Extra data: line 3 column 1 (char 120)'),
  ],
  'Expecting value: line # column # (char #)': [
    'Expecting value: line 1 column 1 (char 0)',
    'Expecting value: line 7 column 12 (char 180)',
  ],
  'pydantic_core._pydantic_core.ValidationError: # validation error for Invoice': [
    traceback(
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for Invoice',
      'total',
      "  Field required [type=missing, input_value={'id': 4711}, input_type=dict]",
      '    For further information visit https://errors.pydantic.dev/2.9/v/missing',
    ),
    traceback(
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for Invoice',
      'lines',
      "  Input should be a valid list [type=list_type, input_value='none', input_type=str]",
      '    For further information visit https://errors.pydantic.dev/2.9/v/list_type',
    ),
  ],
  'pydantic_core._pydantic_core.ValidationError: # validation errors for Invoice': [
    traceback(
      'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Invoice',
      'items.0.name',
      '  Field required [type=missing, input_value={}, input_type=dict]',
      '    For further information visit https://errors.pydantic.dev/2.9/v/missing',
      'address.city',
      '  Field required [type=missing, input_value={}, input_type=dict]',
      '    For further information visit https://errors.pydantic.dev/2.9/v/missing',
    ),
  ],
  "TypeError: 'NoneType' object is not subscriptable": [traceback("TypeError: 'NoneType' object is not subscriptable")],
  "AttributeError: 'NoneType' object has no attribute 'content'": [
    traceback("AttributeError: 'NoneType' object has no attribute 'content'"),
  ],
  "AttributeError: 'NoneType' object has no attribute 'choices'": [
    traceback("AttributeError: 'NoneType' object has no attribute 'choices'"),
  ],
  "ModuleNotFoundError: No module named 'tiktoken'": [traceback("ModuleNotFoundError: No module named 'tiktoken'")],
  'FileNotFoundError: [Errno #] No such file or directory: "…"': [
    traceback("FileNotFoundError: [Errno 2] No such file or directory: '/tmp/tmpab12cd/input.pdf'"),
    traceback("FileNotFoundError: [Errno 2] No such file or directory: '/tmp/tmpzz98yx/input.docx'"),
    "FileNotFoundError: [Errno 2] No such file or directory: '/data/in/4.csv'",
  ],
  'MemoryError: Unable to allocate # GiB for an array with shape (#) and data type float32': [
    traceback('MemoryError: Unable to allocate 3.2 GiB for an array with shape (20000,21000) and data type float32'),
  ],
  "UnicodeDecodeError: 'utf-8' codec can't decode byte # in position #: invalid start byte": [
    traceback("UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    traceback("UnicodeDecodeError: 'utf-8' codec can't decode byte 0x9d in position 4711: invalid start byte"),
  ],
  'ValueError: invalid literal for int() with base #: "…"': [
    traceback("ValueError: invalid literal for int() with base 10: '12 pieces'"),
    traceback("ValueError: invalid literal for int() with base 10: '1,5 kg'"),
  ],
  'RuntimeError: CUDA out of memory. Tried to allocate # GiB': [
    traceback('RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB'),
    traceback('RuntimeError: CUDA out of memory. Tried to allocate 512.50 GiB'),
  ],
  'RecursionError: maximum recursion depth exceeded': [traceback('RecursionError: maximum recursion depth exceeded')],
  AssertionError: [traceback('AssertionError')],
  'celery.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()': [
    traceback('celery.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()'),
  ],
  'billiard.exceptions.WorkerLostError: Worker exited prematurely: signal # (SIGKILL) Job: #.': [
    traceback('billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 41.'),
    traceback('billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 1208.'),
  ],
  '<Order object at #> is not JSON serializable': [
    '<Order object at 0x7f3a1c2b4d60> is not JSON serializable',
    '<Order object at 0x7ffee0001230> is not JSON serializable',
  ],

  // HTTP clients of Python
  '# Client Error: Not Found for url: #': [
    '404 Client Error: Not Found for url: https://api.example.com/v1/models/a',
    '404 Client Error: Not Found for url: http://localhost:8080/items/17?x=1',
  ],
  '# Client Error: Too Many Requests for url: #': [
    '429 Client Error: Too Many Requests for url: https://api.example.com/v1/chat/completions',
  ],
  '# Server Error: Bad Gateway for url: #': [
    '502 Server Error: Bad Gateway for url: https://api.example.com/v1/chat/completions',
  ],
  'Client error \'401 Unauthorized\' for url "…" For more information check: #': [
    "Client error '401 Unauthorized' for url 'https://api.example.com/v1/chat/completions'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/401",
  ],
  'Client error \'404 Not Found\' for url "…" For more information check: #': [
    "Client error '404 Not Found' for url 'https://api.example.com/v1/chat/completions'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/404",
    "Client error '404 Not Found' for url 'https://api.example.com/v2/x'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/404",
  ],
  "HTTPSConnectionPool(host='api.openai.com', port=#): Read timed out. (read timeout=#)": [
    "HTTPSConnectionPool(host='api.openai.com', port=443): Read timed out. (read timeout=60)",
    "HTTPSConnectionPool(host='api.openai.com', port=443): Read timed out. (read timeout=9.5)",
  ],
  '("…", ConnectionResetError(#, "…"))': [
    "('Connection aborted by peer', ConnectionResetError(104, 'Connection reset by peer'))",
  ],
  'Cannot connect to host api.openai.com:# ssl:default [Temporary failure in name resolution]': [
    'Cannot connect to host api.openai.com:443 ssl:default [Temporary failure in name resolution]',
  ],
  '[Errno #] Connection refused': ['[Errno 111] Connection refused', '[Errno 61] Connection refused'],
  '[Errno #] Name or service not known': ['[Errno -2] Name or service not known'],
  'Server disconnected without sending a response.': ['Server disconnected without sending a response.'],
  '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:#)': [
    '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)',
    '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1129)',
  ],

  // Node
  'Error: connect ECONNREFUSED #:#': [
    nodeStack('Error: connect ECONNREFUSED 127.0.0.1:5432'),
    nodeStack('Error: connect ECONNREFUSED 10.2.0.17:6379'),
    nodeStack(
      'node:internal/process/promises:394',
      '      triggerUncaughtException(err, true /* fromPromise */);',
      '      ^',
      '',
      'Error: connect ECONNREFUSED 127.0.0.1:5432',
    ),
  ],
  'connect ECONNREFUSED #:#': ['connect ECONNREFUSED 127.0.0.1:11434'],
  'Error: getaddrinfo ENOTFOUND api.openai.com': [nodeStack('Error: getaddrinfo ENOTFOUND api.openai.com')],
  'Error: socket hang up': [nodeStack('Error: socket hang up')],
  'Error: read ECONNRESET': [nodeStack('Error: read ECONNRESET')],
  'TypeError: fetch failed': [nodeStack('TypeError: fetch failed')],
  'TypeError: terminated': [nodeStack('TypeError: terminated')],
  "TypeError: Cannot read properties of undefined (reading 'choices')": [
    nodeStack("TypeError: Cannot read properties of undefined (reading 'choices')"),
    `Uncaught exception in worker 7\n${nodeStack("TypeError: Cannot read properties of undefined (reading 'choices')")}`,
  ],
  "TypeError: Cannot read properties of undefined (reading 'content')": [
    nodeStack("TypeError: Cannot read properties of undefined (reading 'content')"),
  ],
  'SyntaxError: Unexpected token \'H\', "…"... is not valid JSON': [
    nodeStack('SyntaxError: Unexpected token \'H\', "Here is th"... is not valid JSON'),
  ],
  'SyntaxError: Unterminated string in JSON at position # (line # column #)': [
    nodeStack('SyntaxError: Unterminated string in JSON at position 8191 (line 1 column 8192)'),
    nodeStack('SyntaxError: Unterminated string in JSON at position 402 (line 9 column 3)'),
  ],
  'SyntaxError: Unexpected end of JSON input': [nodeStack('SyntaxError: Unexpected end of JSON input')],
  'AxiosError: Request failed with status code 429': [nodeStack('AxiosError: Request failed with status code 429')],
  'AxiosError: Request failed with status code 500': [nodeStack('AxiosError: Request failed with status code 500')],
  'Request failed with status code 502': ['Request failed with status code 502'],
  'Request failed with status code 503': ['Request failed with status code 503'],
  'AxiosError: timeout of #ms exceeded': [
    nodeStack('AxiosError: timeout of 30000ms exceeded'),
    nodeStack('AxiosError: timeout of 5000ms exceeded'),
  ],
  'timeout of #ms exceeded': ['timeout of 60000ms exceeded', 'timeout of 1ms exceeded'],
  'HeadersTimeoutError: Headers Timeout Error': [nodeStack('HeadersTimeoutError: Headers Timeout Error')],
  'Connect Timeout Error (attempted address: api.openai.com:#, timeout: #ms)': [
    'Connect Timeout Error (attempted address: api.openai.com:443, timeout: 10000ms)',
    'Connect Timeout Error (attempted address: api.openai.com:443, timeout: 500ms)',
  ],
  'This operation was aborted': ['This operation was aborted'],
  'Error: ENOENT: no such file or directory, open "…"': [
    nodeStack("Error: ENOENT: no such file or directory, open '/tmp/work/4711/input.json'"),
    nodeStack("Error: ENOENT: no such file or directory, open 'C:\\work\\12\\input.json'"),
  ],
  'Error: ENOSPC: no space left on device, write': [nodeStack('Error: ENOSPC: no space left on device, write')],
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory': [
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ],
  'ZodError: [ { "code": "invalid_type", "expected": "string", "received": "undefined", "path": [ "title" ], "message": "Required" } ]':
    [
      'ZodError: [\n  {\n    "code": "invalid_type",\n    "expected": "string",\n    "received": "undefined",\n    "path": [\n      "title"\n    ],\n    "message": "Required"\n  }\n]',
    ],

  // Java
  'java.net.SocketTimeoutException: Read timed out': [
    javaStack('java.net.SocketTimeoutException: Read timed out'),
    `${javaStack('java.net.SocketTimeoutException: Read timed out')}\n${javaStack('Caused by: java.io.IOException: closed')}`,
  ],
  'java.net.SocketTimeoutException: timeout': [javaStack('java.net.SocketTimeoutException: timeout')],
  'java.net.ConnectException: Failed to connect to #:#': [
    javaStack('java.net.ConnectException: Failed to connect to /10.0.3.4:8443'),
    javaStack('java.net.ConnectException: Failed to connect to /192.168.0.12:443'),
  ],
  'java.lang.NullPointerException': [javaStack('java.lang.NullPointerException')],
  'java.lang.NullPointerException: Cannot invoke "…" because "…" is null': [
    javaStack('java.lang.NullPointerException: Cannot invoke "String.length()" because "<local1>" is null'),
    javaStack('java.lang.NullPointerException: Cannot invoke "com.example.Run.id()" because "<local4>" is null'),
  ],
  'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space': [
    javaStack('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'),
  ],
  'java.lang.IllegalArgumentException: No enum constant com.example.Status.DONE': [
    javaStack('java.lang.IllegalArgumentException: No enum constant com.example.Status.DONE'),
  ],
  'com.fasterxml.jackson.databind.exc.MismatchedInputException: Cannot deserialize value of type "…" from String "…"': [
    javaStack(
      'com.fasterxml.jackson.databind.exc.MismatchedInputException: Cannot deserialize value of type `java.util.List<java.lang.String>` from String "a, b"',
    ),
  ],
  'java.util.concurrent.TimeoutException: Did not observe any item or terminal signal within #ms in "…" (and no fallback has been configured)':
    [
      javaStack(
        "java.util.concurrent.TimeoutException: Did not observe any item or terminal signal within 30000ms in 'flatMap (line 4)' (and no fallback has been configured)",
      ),
      javaStack(
        "java.util.concurrent.TimeoutException: Did not observe any item or terminal signal within 500ms in 'map (line 12)' (and no fallback has been configured)",
      ),
    ],
  'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target':
    [
      javaStack(
        'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target',
      ),
    ],
  'io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: deadline exceeded after #s.': [
    javaStack('io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: deadline exceeded after 9.999879s.'),
    javaStack('io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: deadline exceeded after 30s.'),
  ],

  // curl, OkHttp, Go and others
  'curl: (#) Operation timed out after # milliseconds with # bytes received': [
    'curl: (28) Operation timed out after 30001 milliseconds with 0 bytes received',
    'curl: (28) Operation timed out after 5000 milliseconds with 812 bytes received',
  ],
  'curl: (#) Could not resolve host: api.example.com': ['curl: (6) Could not resolve host: api.example.com'],
  "curl: (#) Failed to connect to api.example.com port # after # ms: Couldn't connect to server": [
    "curl: (7) Failed to connect to api.example.com port 443 after 3 ms: Couldn't connect to server",
    "curl: (7) Failed to connect to api.example.com port 8443 after 2104 ms: Couldn't connect to server",
  ],
  'curl: (#) The requested URL returned error: 404': ['curl: (22) The requested URL returned error: 404'],
  'curl: (#) The requested URL returned error: 500': ['curl: (22) The requested URL returned error: 500'],
  'unexpected end of stream on #...': [
    'unexpected end of stream on http://10.0.0.4:8080/...',
    'unexpected end of stream on https://api.example.com/...',
  ],
  'Post "…": context deadline exceeded (Client.Timeout exceeded while awaiting headers)': [
    'Post "https://api.openai.com/v1/chat/completions": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'Post "https://api.anthropic.com/v1/messages": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  'Post "…": dial tcp #:#: connect: connection refused': [
    'Post "http://llm:8000/v1/completions": dial tcp 10.96.4.11:8000: connect: connection refused',
    'Post "http://llm:8000/v1/completions": dial tcp 10.96.4.12:8000: connect: connection refused',
  ],
  'Get "…": net/http: TLS handshake timeout': [
    'Get "https://api.example.com/v1/models": net/http: TLS handshake timeout',
  ],
  'panic: runtime error: index out of range [#] with length #': [
    'panic: runtime error: index out of range [3] with length 3',
    'panic: runtime error: index out of range [12] with length 4',
  ],
  'rpc error: code = Unavailable desc = connection error: desc = "…"': [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.9:50051: i/o timeout"',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.10:50051: i/o timeout"',
  ],
  'rpc error: code = DeadlineExceeded desc = context deadline exceeded': [
    'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
  ],
  'HTTP 401': ['HTTP 401'],
  'HTTP 500': ['HTTP 500'],
  'HTTP 429 Too Many Requests; retry after #s': [
    'HTTP 429 Too Many Requests; retry after 20s',
    'HTTP 429 Too Many Requests; retry after 3.5s',
  ],
  'upstream returned status=503 after # attempts': [
    'upstream returned status=503 after 3 attempts',
    'upstream returned status=503 after 5 attempts',
  ],
  'upstream returned status=504 after # attempts': ['upstream returned status=504 after 3 attempts'],
  '<html> <head><title># Bad Gateway</title></head> <body> <center><h1># Bad Gateway</h1></center> <hr><center>nginx</center> </body> </html>':
    [
      '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    ],
  '<html> <head><title># Gateway Time-out</title></head> <body> <center><h1># Gateway Time-out</h1></center> <hr><center>nginx</center> </body> </html>':
    [
      '<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    ],
  'error code: 524': ['error code: 524'],
  'error code: 522': ['error code: 522'],
  'Command failed with exit code 137: python3 #': [
    'Command failed with exit code 137: python3 /srv/jobs/17/main.py',
    'Command failed with exit code 137: python3 /srv/jobs/4711/main.py',
  ],
  'Memory use of #MB is above the limit of #MB (#%)': [
    'Memory use of 512MB is above the limit of 500MB (102%)',
    'Memory use of 1024.5MB is above the limit of 1000MB (102.45%)',
  ],

  // PostgreSQL and other databases
  'canceling statement due to statement timeout': ['canceling statement due to statement timeout'],
  'deadlock detected DETAIL: Process # waits for ShareLock on transaction #; blocked by process #.': [
    'deadlock detected\nDETAIL:  Process 4711 waits for ShareLock on transaction 1234567; blocked by process 4712.',
    'deadlock detected\nDETAIL:  Process 12 waits for ShareLock on transaction 88; blocked by process 13.',
  ],
  'duplicate key value violates unique constraint "task_run_pkey"': [
    'duplicate key value violates unique constraint "task_run_pkey"',
  ],
  'duplicate key value violates unique constraint "invoice_number_key"': [
    'duplicate key value violates unique constraint "invoice_number_key"',
  ],
  'ERROR: relation "embeddings" does not exist (SQLSTATE 42P01)': [
    'ERROR: relation "embeddings" does not exist (SQLSTATE 42P01)',
  ],
  'ERROR: duplicate key value violates unique constraint "users_pkey" (SQLSTATE 23505)': [
    'ERROR: duplicate key value violates unique constraint "users_pkey" (SQLSTATE 23505)',
  ],
  'ERROR: canceling statement due to statement timeout (SQLSTATE 57014)': [
    'ERROR: canceling statement due to statement timeout (SQLSTATE 57014)',
  ],
  'SQLSTATE[08006] [#] connection to server at "…", port # failed: Connection refused': [
    'SQLSTATE[08006] [7] connection to server at "10.0.0.5 (db)", port 5432 failed: Connection refused',
    'SQLSTATE[08006] [7] connection to server at "10.0.0.6 (db)", port 6432 failed: Connection refused',
  ],
  'SQLSTATE[22001]: String data, right truncated: value too long for type character varying(#)': [
    'SQLSTATE[22001]: String data, right truncated: value too long for type character varying(64)',
    'SQLSTATE[22001]: String data, right truncated: value too long for type character varying(255)',
  ],
  'FATAL: password authentication failed for user "worker"': [
    'FATAL:  password authentication failed for user "worker"',
  ],
  'FATAL: sorry, too many clients already': ['FATAL:  sorry, too many clients already'],
  'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute': [
    'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute',
  ],
  'could not serialize access due to concurrent update': ['could not serialize access due to concurrent update'],
  'invalid input syntax for type uuid: "…"': [
    'invalid input syntax for type uuid: "0190a234-8dc6-6d08-aea9-928fcecad8fz!"',
    'invalid input syntax for type uuid: "not an id"',
  ],
  'Lock wait timeout exceeded; try restarting transaction': ['Lock wait timeout exceeded; try restarting transaction'],
  "ReplyError: OOM command not allowed when used memory > 'maxmemory'.": [
    "ReplyError: OOM command not allowed when used memory > 'maxmemory'.",
  ],
  'database is locked': ['database is locked'],

  // Other scripts
  '模型在#秒内没有响应。': ['模型在60秒内没有响应。', '模型在30秒内没有响应。', '模型在120秒内没有响应。'],
  '请求过于频繁，请在 # 秒后重试': ['请求过于频繁，请在 5 秒后重试', '请求过于频繁，请在 60 秒后重试'],
  '文件"…"没有文本层。': ['文件“发票 2026 年三月.pdf”没有文本层。', '文件“合同 (1).pdf”没有文本层。'],
  '余额不足，请充值。': ['余额不足，请充值。'],
  'Модель не ответила за # секунд.': ['Модель не ответила за 60 секунд.', 'Модель не ответила за 30 секунд.'],
  'Файл "…" не содержит текста.': [
    'Файл «Счёт за март.pdf» не содержит текста.',
    'Файл «Договор № 17.pdf» не содержит текста.',
  ],
  'Превышен лимит запросов: # из #': ['Превышен лимит запросов: 101 из 100', 'Превышен лимит запросов: 2000 из 1500'],
  'Das Modell hat nicht innerhalb von # Sekunden geantwortet.': [
    'Das Modell hat nicht innerhalb von 60 Sekunden geantwortet.',
    'Das Modell hat nicht innerhalb von 7,5 Sekunden geantwortet.',
  ],
  'Ungültige Prüfsumme für Änderung #: größer als erlaubt': [
    'Ungültige Prüfsumme für Änderung 12: größer als erlaubt',
    'Ungültige Prüfsumme für Änderung 4711: größer als erlaubt',
  ],
  'لم يستجب النموذج خلال # ثانية.': ['لم يستجب النموذج خلال 60 ثانية.', 'لم يستجب النموذج خلال ٣٠ ثانية.'],
  'تم رفض الطلب لأسباب تتعلق بالسلامة.': ['تم رفض الطلب لأسباب تتعلق بالسلامة.'],
  'モデルは#秒以内に応答しませんでした。': [
    'モデルは60秒以内に応答しませんでした。',
    'モデルは３０秒以内に応答しませんでした。',
  ],
  'レート制限を超えました（#分あたり#件）': [
    'レート制限を超えました（1分あたり60件）',
    'レート制限を超えました（5分あたり1,000件）',
  ],
  '모델이 #초 안에 응답하지 않았습니다.': [
    '모델이 60초 안에 응답하지 않았습니다.',
    '모델이 30초 안에 응답하지 않았습니다.',
  ],
  "Le modèle n'a pas répondu en # secondes, l'appel a été annulé.": [
    "Le modèle n'a pas répondu en 60 secondes, l'appel a été annulé.",
    "Le modèle n'a pas répondu en 45 secondes, l'appel a été annulé.",
  ],
  'Το μοντέλο δεν απάντησε σε # δευτερόλεπτα': ['Το μοντέλο δεν απάντησε σε 60 δευτερόλεπτα'],
  '💥 worker # crashed': ['💥 worker 3 crashed', '💥 worker 12 crashed'],

  // Messages without a sentence
  '#': [
    '42',
    '0190a234-8dc6-6d08-aea9-928fcecad8f1',
    'https://example.com/status/17',
    '2026-11-28T04:05:06Z',
    'deadbeef01',
  ],
  '"…"': ['"something went wrong"', '“etwas ging schief”'],
  null: ['null'],
  Error: ['Error'],
  '[object Object]': ['[object Object]'],
  rate_limited: ['rate_limited'],
  'Unknown error': ['Unknown error', 'Unknown  error\n'],
  '{"code":429,"message":"rate_limited"}': ['{"code":429,"message":"rate_limited"}'],
  '{"code":503,"message":"unavailable"}': ['{"code":503,"message":"unavailable"}'],

  // A megabyte
  [`${'overflow '.repeat(22)}ov`]: ['overflow '.repeat(120_000)],
  'ValueError: too much output: # bytes': [
    traceback(`${'    frame()\n'.repeat(90_000)}ValueError: too much output: 1048576 bytes`),
  ],
};
