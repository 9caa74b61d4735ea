"""The Chalice application: all routes are one Lambda, each event handler is its own."""

from chalice.app import Chalice

from chalicelib.adapters.http import uniform_errors
from functions import claims, page, payouts, quiz, schedule, sign_in, wechat

app = Chalice(app_name="contest")
app.register_middleware(uniform_errors, event_type="http")
for module in (wechat, page, sign_in, quiz, claims, payouts, schedule):
    app.register_blueprint(module.bp)

pay = payouts.pay
sweep = payouts.sweep
open_contest = schedule.open_contest
close_contest = schedule.close_contest
