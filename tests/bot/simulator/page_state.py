"""A state of the simulator as CONTRACT.md has it: one of each kind of message, on both phones."""

import copy
from typing import Any

Json = dict[str, Any]

DAY = "2026-06-10T"
ZONE = ":00+09:00"


def at(clock: str) -> str:
    return f"{DAY}{clock}{ZONE}"


def postback(label: str, data: str, **more: Any) -> Json:
    return {"type": "postback", "label": label, "data": data, **more}


def text(body: str, **more: Any) -> Json:
    return {"type": "text", "text": body, **more}


def words(size: str, body: str, **more: Any) -> Json:
    return {"type": "text", "text": body, "size": size, "wrap": True, **more}


def course(title: str, when: str, badge: str, reason: str, number: int) -> Json:
    """A course as a bubble: badge, title, facts, reason, two buttons."""
    pill = {
        "type": "box", "layout": "vertical", "flex": 0, "backgroundColor": "#E1EDE5", "cornerRadius": "md",
        "paddingStart": "md", "paddingEnd": "md", "paddingTop": "xs", "paddingBottom": "xs",
        "contents": [{"type": "text", "text": badge, "size": "xs", "color": "#1F6B4F", "weight": "bold"}],
    }  # fmt: skip
    fact = {
        "type": "box", "layout": "baseline", "spacing": "sm", "contents": [
            {"type": "text", "text": "会場", "size": "sm", "color": "#5F6B65", "flex": 0},
            {"type": "text", "text": "田無公民館", "size": "sm", "wrap": True, "flex": 1},
        ],
    }  # fmt: skip
    body = [
        {"type": "box", "layout": "horizontal", "contents": [pill, {"type": "filler"}]},
        words("lg", title, weight="bold", maxLines=2),
        words("sm", when, color="#26362F"),
        fact,
        {"type": "separator", "margin": "lg"},
        words("sm", reason, color="#5F6B65", margin="lg"),
    ]
    footer = [
        {"type": "button", "style": "primary", "height": "sm", "color": "#1F6B4F",
         "action": postback("申し込む", f"1:apply:{number}", displayText=f"「{title}」に申し込む")},
        {"type": "button", "style": "secondary", "height": "sm", "action": postback("くわしく", f"1:course:{number}")},
    ]  # fmt: skip
    return {
        "type": "bubble", "size": "kilo",
        "body": {"type": "box", "layout": "vertical", "spacing": "md", "contents": body},
        "footer": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": footer},
    }  # fmt: skip


COURSES = {
    "type": "flex",
    "altText": "おすすめの講座 2件",
    "contents": {
        "type": "carousel",
        "contents": [
            course("はじめての太極拳", "6月16日(火) 10:00〜11:30", "先着 のこり4", "60代の方に人気の健康講座。", 11),
            course("スマホでつなぐ家族の写真", "6月20日(土) 13:30〜15:30", "抽選", "お住まいの谷戸から歩いて8分。", 12),
        ],
    },
}

KINDS = {
    "type": "flex",
    "altText": "Flexの部品",
    "contents": {
        "type": "bubble",
        "size": "mega",
        "styles": {
            "header": {"backgroundColor": "#1F6B4F"},
            "footer": {"separator": True, "separatorColor": "#DFD8C8"},
        },
        "header": {"type": "box", "layout": "vertical", "contents": [words("md", "申込の確認", color="#FFFFFF")]},
        "hero": {"type": "image", "url": "/sim/static/photo.svg", "size": "full", "aspectRatio": "20:9",
                 "aspectMode": "cover", "action": {"type": "uri", "label": "写真", "uri": "https://example.jp/"}},
        "body": {
            "type": "box", "layout": "vertical", "spacing": "md", "paddingAll": "16px", "contents": [
                {"type": "text", "wrap": True, "contents": [
                    {"type": "span", "text": "500円 ", "weight": "bold", "size": "xl", "color": "#B3492F"},
                    {"type": "span", "text": "1,000円", "decoration": "line-through", "color": "#5F6B65"},
                ]},
                {"type": "text", "text": "折り返さない長い一行は末尾が省略されて点々になります", "size": "sm"},
                {"type": "box", "layout": "baseline", "spacing": "xs", "contents": [
                    {"type": "icon", "url": "/sim/static/mark.svg", "size": "md"},
                    {"type": "text", "text": "まなび手帳 3単位", "size": "sm", "flex": 1},
                    {"type": "text", "text": "右", "size": "sm", "align": "end", "flex": 0},
                ]},
                {"type": "box", "layout": "horizontal", "spacing": "md", "borderWidth": "normal",
                 "borderColor": "#DFD8C8", "cornerRadius": "lg", "paddingAll": "md", "contents": [
                    {"type": "text", "text": "ひだり", "flex": 1, "gravity": "center"},
                    {"type": "separator"},
                    {"type": "text", "text": "みぎ(2倍)", "flex": 2, "align": "center"},
                 ]},
                {"type": "box", "layout": "vertical", "height": "8px", "cornerRadius": "sm", "width": "100%",
                 "background": {"type": "linearGradient", "angle": "90deg",
                                "startColor": "#1F6B4F", "endColor": "#A3E877"}, "contents": []},
            ],
        },
        "footer": {"type": "box", "layout": "horizontal", "spacing": "sm", "contents": [
            {"type": "button", "style": "link", "height": "sm",
             "action": {"type": "datetimepicker", "label": "日をえらぶ", "data": "1:day", "mode": "date",
                        "initial": "2026-06-12", "min": "2026-06-10", "max": "2026-07-31"}},
            {"type": "button", "style": "primary", "height": "sm", "color": "#1F6B4F",
             "action": {"type": "uri", "label": "地図", "uri": "https://example.jp/map"}},
        ]},
    },
}  # fmt: skip

CONFIRM = {
    "type": "template",
    "altText": "申込をやめますか",
    "template": {"type": "confirm", "text": "申込を取り消しますか。",
                 "actions": [postback("取り消す", "1:cancel:1"), postback("やめる", "1:keep:1")]},
}  # fmt: skip

BUTTONS = {
    "type": "template",
    "altText": "年代をえらぶ",
    "template": {"type": "buttons", "title": "年代", "text": "年代を教えてください。",
                 "actions": [postback("60代", "1:age:60"), postback("70代", "1:age:70")]},
}  # fmt: skip

LINE_TRANSCRIPT = [
    {"id": "s1", "from": "system", "at": at("09:00"), "what": "follow"},
    {"id": "1", "from": "bot", "at": at("09:00"), "via": "reply", "message": text(
        "はじめまして。西東京市のまなびコンシェルジュです。\n講座さがしから申込まで、ここでお手伝いします。")},
    {"id": "2", "from": "bot", "at": at("09:00"), "via": "reply", "message": BUTTONS},
    {"id": "3", "from": "me", "at": at("09:05"), "read": True, "unsent": False, "message": {
        "type": "sticker", "packageId": "1", "stickerId": "1", "keywords": ["こんにちは"]}},
    {"id": "4", "from": "me", "at": at("09:05"), "read": True, "unsent": False, "message": {
        "type": "location", "title": "田無駅", "address": "西東京市田無町4丁目",
        "latitude": 35.7273, "longitude": 139.5394}},
    {"id": "5", "from": "me", "at": at("09:05"), "read": True, "unsent": False, "message": {"type": "image"}},
    {"id": "6", "from": "me", "at": at("09:05"), "read": True, "unsent": True},
    {"id": "7", "from": "bot", "at": at("09:05"), "via": "push", "message": KINDS},
    {"id": "8", "from": "bot", "at": at("09:06"), "via": "reply", "message": CONFIRM},
    {"id": "9", "from": "me", "at": at("09:58"), "read": True, "unsent": False,
     "message": text("健康の講座をさがしています")},
    {"id": "10", "from": "bot", "at": at("09:58"), "via": "reply", "message": text(
        "「健康・60代」でさがしました。くわしくは https://example.jp/c/11 にもあります。")},
    {"id": "11", "from": "bot", "at": at("09:58"), "via": "reply", "message": COURSES},
]  # fmt: skip

QUICK = [
    {"type": "action", "action": postback("ほかの講座", "1:more:2", displayText="ほかの講座")},
    {"type": "action", "action": {"type": "message", "label": "土日だけ", "text": "土日だけ"}},
    {"type": "action", "action": {"type": "location", "label": "近くでさがす"}},
    {"type": "action", "action": {"type": "uri", "label": "ホームページ", "uri": "https://example.jp/"}},
]

MENU = {
    "richMenuId": "richmenu-1", "name": "main", "chatBarText": "メニュー", "selected": False, "image": None,
    "size": {"width": 2500, "height": 1686},
    "areas": [
        {"bounds": {"x": 0, "y": 0, "width": 1250, "height": 843}, "action": postback("さがす", "1:find")},
        {"bounds": {"x": 1250, "y": 0, "width": 1250, "height": 843}, "action": postback("おすすめ", "1:recommend")},
        {"bounds": {"x": 0, "y": 843, "width": 1250, "height": 843}, "action": postback("申込の確認", "1:mine")},
        {"bounds": {"x": 1250, "y": 843, "width": 1250, "height": 843}, "action": postback("まなび手帳", "1:passport")},
    ],
}  # fmt: skip

FORMATTED = """はじめての太極拳
6月16日(火) 10:00〜 田無公民館
無料・のこり4 くわしく
x < y & 1:apply
持ち物: 動きやすい服、飲み物、タオル。雨の日も行います。"""


def span(kind: str, part: str, **more: Any) -> Json:
    return {"type": kind, "offset": FORMATTED.index(part), "length": len(part), **more}


INLINE = [
    [{"text": "申し込む", "callback_data": "1:apply:11"}, {"text": "興味なし", "callback_data": "1:dislike:11"}],
    [
        {"text": "ホームページ", "url": "https://example.jp/"},
        {"text": "この講座", "url": "https://t.me/manabi_sample_bot?start=c_11"},
    ],
]

TELEGRAM_TRANSCRIPT = [
    {"id": "s1", "from": "system", "at": at("09:00"), "what": "start"},
    {"id": "1", "from": "me", "at": at("09:00"), "message": {"message_id": 1, "date": 1, "text": "/start"}},
    {"id": "2", "from": "bot", "at": at("09:00"), "message": {
        "message_id": 2, "date": 1, "edit_date": 2, "text": FORMATTED,
        "entities": [
            span("bold", "はじめての太極拳"), span("underline", "太極拳"), span("italic", "6月16日(火)"),
            span("strikethrough", "無料"), span("text_link", "くわしく", url="https://example.jp/c/11"),
            span("code", "1:apply"),
            span("expandable_blockquote", "持ち物: 動きやすい服、飲み物、タオル。雨の日も行います。"),
        ],
        "reply_markup": {"inline_keyboard": INLINE}}},
    {"id": "3", "from": "me", "at": at("09:10"), "message": {
        "message_id": 3, "date": 1, "location": {"latitude": 35.7273, "longitude": 139.5394}}},
    {"id": "4", "from": "bot", "at": at("09:10"), "message": {
        "message_id": 4, "date": 1, "caption": "会場のようす", "photo": [
            {"file_id": "a", "width": 220, "height": 165, "url": "/sim/static/photo.svg"}]}},
    {"id": "5", "from": "bot", "at": at("09:10"), "message": {
        "message_id": 5, "date": 1, "document": {"file_id": "b", "file_name": "太極拳.ics", "file_size": 812}}},
]  # fmt: skip

COMMANDS = [{"command": "find", "description": "講座をさがす"}, {"command": "mine", "description": "申込の確認"}]


def full() -> Json:
    """A resident whose phones hold one of each kind, and one whose phones have never met the bot."""
    line = {
        "user_id": "U1", "friend": True, "blocked": False, "version": 1, "loading": False,
        "rich_menu": MENU, "quick_reply": QUICK, "transcript": LINE_TRANSCRIPT,
    }  # fmt: skip
    telegram = {
        "chat_id": 1, "started": True, "blocked": False, "version": 1, "typing": False, "commands": COMMANDS,
        "menu_button": {"type": "commands"}, "toast": None, "transcript": TELEGRAM_TRANSCRIPT,
        "reply_keyboard": {"keyboard": [[{"text": "近くの講座", "request_location": True}, {"text": "あとで"}]]},
    }  # fmt: skip
    new_line = line | {"friend": False, "rich_menu": None, "quick_reply": None, "transcript": []}
    new_telegram = telegram | {"started": False, "commands": [], "reply_keyboard": None, "transcript": []}
    state = {
        "clock": at("10:00"),
        "bots": {
            "line": {"name": "まなびコンシェルジュ", "basic_id": "@000sample"},
            "telegram": {
                "name": "まなびコンシェルジュ", "username": "manabi_sample_bot", "short_description": "",
                "description": "西東京市の講座をさがし、申し込み、忘れずに通うためのお手伝いをします。",
            },
        },
        "residents": [
            {"key": "a", "name": "住民A(67歳)", "line": line, "telegram": telegram},
            {"key": "b", "name": "住民B(8歳)", "line": new_line, "telegram": new_telegram},
        ],
    }  # fmt: skip
    return copy.deepcopy(state)
