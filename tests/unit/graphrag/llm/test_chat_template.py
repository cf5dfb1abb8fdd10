import pytest

from graphrag.llm.chat_template import render_chat
from graphrag.llm.failures import RefusedPromptError

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi {% if x %}"}]
PLAIN = "{{ bos_token }}{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}{% endfor %}<a>{{ eos_token }}"


def test_messages_are_data() -> None:
    assert render_chat(PLAIN, MESSAGES, bos="<s>", eos="</s>") == "<s><system>Be brief.<user>Hi {% if x %}<a></s>"


def test_a_template_without_a_system_role_gets_it_in_the_users_message() -> None:
    template = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + PLAIN
    assert render_chat(template, MESSAGES) == "<user>Be brief.\n\nHi {% if x %}<a>"
    with pytest.raises(RefusedPromptError, match="The model's chat template cannot write this prompt: never"):
        render_chat("{{ raise_exception('never') }}", MESSAGES)
    with pytest.raises(RefusedPromptError, match="never"):
        render_chat("{{ raise_exception('never') }}", MESSAGES[1:])


def test_what_real_templates_use_works() -> None:
    template = (
        "{% for m in messages %}{% if m.role == 'system' %}{% continue %}{% endif %}"
        "{% generation %}{{ m | tojson }}{% endgeneration %}{% endfor %}"
        "{% if strftime_now is defined %}{{ strftime_now('%d') }}{% endif %}"
    )
    assert render_chat(template, MESSAGES) == '{"role": "user", "content": "Hi {% if x %}"}'


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__.__base__ }}",
        "{{ cycler.__init__.__globals__.os.system('touch owned') }}",
        "{{ raise_exception.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ messages.append(1) }}",
        "{{ messages.clear() }}",
        "{{ range(10 ** 9) }}",
        "{{ undefined_function() }}",
        "{{ 1 / 0 }}",
        "{{ messages[7].content.x }}",
        "{% for m in messages %}",
        "{" + "{ 1 }}" * 100_000,
        "x" * 200_001,
        "{% for i in range(99999) %}{% for j in range(99999) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}{% endfor %}",
    ],
)
def test_a_hostile_template_reaches_nothing(template: str) -> None:
    messages = [dict(message) for message in MESSAGES]
    try:
        text = render_chat(template, messages)
    except RefusedPromptError as error:
        assert str(error).startswith("The model's chat template cannot write this prompt: ")  # noqa: PT017
    else:
        assert "root:" not in text
        assert "object at" not in text
        assert "class" not in text
    assert messages == MESSAGES
