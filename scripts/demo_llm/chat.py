"""The chat format of the demo model: its marks, its template, and the pieces of JSON that are one token each."""

TURN, REPLY, END = "<|user|>", "<|reply|>", "<|end|>"
CONTROL = (TURN, REPLY, END)
# What the model is shown of a chat: the user's last message alone; of the evidence for an answer the titles of passages
# and the first eight paths, or the passages if there are no paths. Names stand behind a space everywhere, after
# brackets and quotation marks too, so that the same name is always the same pieces.
TEMPLATE = """\
{%- set text = (messages | selectattr('role', 'equalto', 'user') | list | last)['content'] -%}
{%- set parts = text.split('\\n\\nPaths:\\n') -%}
{%- if parts | length == 2 and text.startswith('[') and '\\n\\nQuestion: ' in parts[1] -%}
{%- set rest = parts[1].split('\\n\\nQuestion: ') -%}
{%- set ns = namespace(text='') -%}
{%- for line in parts[0].split('\\n') if line.startswith('[') -%}
{%- set ns.text = ns.text ~ line ~ '\\n' -%}
{%- endfor -%}
{%- for line in rest[0].split('\\n')[:8] -%}{%- set ns.text = ns.text ~ line ~ '\\n' -%}{%- endfor -%}
{%- set text = ns.text ~ 'Question: ' ~ rest[1] -%}
{%- endif -%}
<|user|> {{ text | replace('"', ' ') | replace('(', '( ') | replace('\\n', '\\n ') }}<|reply|>"""

FORMS = {
    "entities": '{"entities": [{"text": "',
    "label": '", "label": "',
    "next entity": '"}, {"text": "',
    "triples": '"}], "triples": [{"head": "',
    "relation": '", "relation": "',
    "tail": '", "tail": "',
    "next triple": '"}, {"head": "',
    "end of triples": '"}]}',
    "no triples": '"}], "triples": []}',
    "nothing": '{"entities": [], "triples": []}',
    "thought": '{"thought": "',
    "citations": '", "citations": [',
    "answer": '], "answer": "',
    "end of answer": '"}',
    "only citations": '{"citations": [',
    "names": '{"entities": ["',
    "next name": '", "',
    "end of names": '"]}',
    "facts": '{"facts": [',
    "end of facts": "]}",
}
