"""Commands that take each option once: of two values click would keep the last, and say nothing of the other."""

from collections import Counter

import click

from setsetting.words.translate import _


class Once(click.Command):
    """A command whose options are given once, but for switches and those that may be repeated."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises UsageError for an option of a value that is given again."""
        _values, _rest, order = self.make_parser(ctx).parse_args(list(args))
        for option, times in Counter(order).items():
            if isinstance(option, click.Option) and times > 1 and not (option.multiple or option.is_flag):
                ctx.fail(_("{option} was given {n} times; give it once.").format(option=option.opts[0], n=times))
        return super().parse_args(ctx, args)


class Verbs(Once, click.Group):
    """A noun, whose verbs take each option once."""

    command_class = Once
