"""Addresses of /api/v1/dashboard."""

from django.urls import path

from leadercrm.dashboard.api.views import DashboardStatsView

urlpatterns = [path("dashboard/stats", DashboardStatsView.as_view(), name="dashboard-stats")]
