"""WeChat, played on loopback: login, OAuth, phone, JS-SDK and 商家转账 with real keys and a movable clock.

It shares no code with the product. Nothing here reaches outside the machine.
"""
